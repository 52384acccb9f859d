"""Codes of members who left, which should be taken down because they lead to nobody."""

from campaigns.contact_ways.rules import IN_USE
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import LEAVER, MOST, NO_MORE, LeftBehind
from crm_core.dealerships.leavers import left_behind as of_room
from foundation.reading import Query, literals

_WAYS = Query(
    LeftBehind,
    f"""
    SELECT 'contact_way' AS kind, w.id, w.name AS words, {LEAVER}, {NO_MORE}
    FROM contact_way w JOIN staff s ON s.id = w.staff_id
    WHERE w.store_id = $1 AND w.state IN ({literals(*IN_USE)}) AND NOT s.is_active
    ORDER BY s.id, w.id LIMIT {MOST}
    """,
)


async def left_behind(actor: Actor, store_id: int) -> list[LeftBehind]:
    """Codes of the store to take down.

    Raises:
        NotAllowed: the actor may not hand over work in this store.
    """
    return await of_room(actor, store_id, _WAYS)
