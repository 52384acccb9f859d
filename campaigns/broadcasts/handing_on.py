"""Mass messages a member has not confirmed: their people go to whoever takes over the friends (`heirs`)."""

from typing import Final

from campaigns.broadcasts import rows
from campaigns.broadcasts.models import OPEN_SEND_TASKS
from campaigns.broadcasts.unfinished import UNFINISHED
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.permissions import authorise, subject
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.SEND_TASK)} AS kind, b.id AS thing_id, '' AS role, s.store_id,
      NULL::bigint AS customer_id, c.name || ' ' || b.customers || ' 位' AS words
    FROM send_task b JOIN broadcast c ON c.id = b.broadcast_id JOIN staff s ON s.id = b.staff_id
    WHERE b.staff_id = $1 AND b.state IN ({literals(*OPEN_SEND_TASKS)}) AND b.confirmed_at IS NULL ORDER BY b.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """The tasks that are still to be sent."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """Have the task looked at: who in it is a colleague's friend by then is sent to by the colleague."""
    send_task = await rows.locked(thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=thing.store_id))
    is_open = send_task.state in OPEN_SEND_TASKS and send_task.confirmed_at is None
    if send_task.staff_id != handing.from_id or not is_open:
        return HandedOn.NO_LONGER_THEIRS
    await UNFINISHED.hint([send_task.id])
    return HandedOn.ASKED


estate(frozenset({BelongingKind.SEND_TASK}), of_staff, hand_on)
