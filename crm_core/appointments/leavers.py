"""Appointments whose advisor has left the company before the car came."""

from crm_core.appointments.rules import LIVE_STATES
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import LEAVER, MOST, NO_MORE, LeftBehind
from crm_core.dealerships.leavers import left_behind as of_room
from foundation.reading import Query, literals

_APPOINTMENTS = Query(
    LeftBehind,
    f"""
    SELECT 'appointment' AS kind, a.id, to_char(a.starts_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') AS words,
      {LEAVER}, {NO_MORE}
    FROM appointment a JOIN staff s ON s.id = a.advisor_id
    WHERE a.store_id = $1 AND a.state IN ({literals(*LIVE_STATES)}) AND NOT s.is_active
    ORDER BY s.id, a.starts_at, a.id LIMIT {MOST}
    """,
)


async def left_behind(actor: Actor, store_id: int) -> list[LeftBehind]:
    """The live appointments of the store whose advisor has left.

    Raises:
        NotAllowed: the actor leads nobody in this store.
    """
    return await of_room(actor, store_id, _APPOINTMENTS)
