"""Open shifts of a cashier who leaves: money cannot be handed on unseen, so somebody counts the drawer."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments.models import CashierShift
from crm_core.payments.shift_rules import ShiftState
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.SHIFT)} AS kind, h.id AS thing_id, '' AS role, h.store_id,
      NULL::bigint AS customer_id,
      to_char(h.opened_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') || ' 开的班' AS words
    FROM cashier_shift h WHERE h.cashier_id = $1 AND h.state = {literals(ShiftState.OPEN)} ORDER BY h.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """Their shifts that nobody has counted."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """It stays theirs until a person has counted it (`shifts.close_left`)."""
    shift = await CashierShift.get(id=thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=shift.store_id))
    is_theirs = shift.cashier_id == handing.from_id and shift.state is ShiftState.OPEN
    return HandedOn.FOR_A_PERSON if is_theirs else HandedOn.NO_LONGER_THEIRS


estate(frozenset({BelongingKind.SHIFT}), of_staff, hand_on)
