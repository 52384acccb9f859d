"""Open orders of an advisor, handed on; a technician's jobs are listed for the workshop's controller."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.notices import staff_name
from crm_core.repair_orders.order import take
from crm_core.repair_orders.rules import IN_HAND, OVER
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.REPAIR_ORDER)} AS kind, r.id AS thing_id, '' AS role, r.store_id,
      r.customer_id, r.number AS words
    FROM repair_order r WHERE r.advisor_id = $1 AND r.state NOT IN ({literals(*OVER)})
    UNION ALL
    SELECT {literals(BelongingKind.JOB)}, l.id, '', r.store_id, NULL, l.name
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id
    WHERE l.technician_id = $1 AND l.state IN ({literals(*IN_HAND)})
    ORDER BY kind DESC, thing_id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """Their open orders, and the jobs they were given."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """The colleague looks after the order. A job needs a bay and a free hour, so the controller dispatches it anew."""
    if thing.kind is BelongingKind.JOB:
        return HandedOn.FOR_A_PERSON
    hand = await take(actor, thing.thing_id, None)
    authorise(actor, "staff.hand_over", subject(store_id=hand.order.store_id))
    if hand.order.advisor_id != handing.from_id or hand.order.state in OVER:
        return HandedOn.NO_LONGER_THEIRS
    hand.order.advisor_id = handing.to_id
    old, new = await staff_name(handing.from_id), await staff_name(handing.to_id)
    await hand.note(actor, "handed_on", f"服务顾问由 {old} 转给 {new}")
    return HandedOn.DONE


estate(frozenset({BelongingKind.REPAIR_ORDER, BelongingKind.JOB}), of_staff, hand_on)
