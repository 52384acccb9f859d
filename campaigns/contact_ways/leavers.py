"""Codes of members who left, which should be taken down because they lead to nobody."""

from campaigns.contact_ways.models import ContactWayState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import LEAVER, LeftBehind
from crm_core.dealerships.leavers import left_behind as of_room
from foundation.reading import literals

_WAYS = f"""
SELECT w.id, w.name AS words, {LEAVER}
FROM contact_way w JOIN staff s ON s.id = w.staff_id
WHERE w.store_id = $1 AND w.state <> {literals(ContactWayState.FAILED)} AND NOT s.is_active
ORDER BY s.id, w.id
"""


async def left_behind(actor: Actor, store_id: int) -> list[LeftBehind]:
    """Codes of the store to take down.

    Raises:
        NotAllowed: the actor may not hand over work in this store.
    """
    return await of_room(actor, store_id, "contact_way", _WAYS)
