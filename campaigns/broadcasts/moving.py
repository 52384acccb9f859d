"""One move of a broadcast: lock it, check permission and version, change the state, save, record the event."""

from campaigns.broadcasts import rules
from campaigns.broadcasts.errors import BroadcastNotFound
from campaigns.broadcasts.events import BroadcastMoved
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.rules import BroadcastState
from campaigns.scope import as_stores, stores_of, within
from crm_core.dealerships.actors import Actor, staff_actor
from foundation import clock
from foundation.errors import NotAllowed, StaleVersion, Unauthenticated
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


def about(broadcast_id: int) -> Ref:
    """The reference by which approvals and coupons name a broadcast."""
    return Ref("broadcast", broadcast_id)


async def locked(actor: Actor, broadcast_id: int, action: str, expected_version: int | None) -> Broadcast:
    """The locked broadcast, if the actor may do `action` in all its stores and it has the version they saw.

    Raises:
        BroadcastNotFound, NotAllowed, StaleVersion.
    """
    broadcast = await Broadcast.select_for_update().get_or_none(id=broadcast_id)
    if broadcast is None or not within(as_stores(broadcast.store_ids), stores_of(actor, action)):
        raise BroadcastNotFound
    if expected_version is not None and broadcast.version != expected_version:
        raise StaleVersion(current_version=broadcast.version, current_state=broadcast.state.value)
    return broadcast


async def found(actor: Actor, broadcast_id: int, action: str) -> Broadcast:
    """The broadcast, not locked, if the actor may do `action` in all its stores.

    Raises:
        BroadcastNotFound, NotAllowed.
    """
    broadcast = await Broadcast.get_or_none(id=broadcast_id)
    if broadcast is None or not within(as_stores(broadcast.store_ids), stores_of(actor, action)):
        raise BroadcastNotFound
    return broadcast


async def author_may(author_id: int, store_ids: list[int] | None) -> bool:
    """Whether the author of a broadcast can still submit it: they work here and may draft for its stores."""
    try:
        author = await staff_actor(author_id)
        return within(as_stores(store_ids), stores_of(author, "campaigns.draft"))
    except (Unauthenticated, NotAllowed):
        return False


async def move(actor: Actor, broadcast: Broadcast, action: str, *, reason: str = "") -> None:
    """Make a move that `rules.MOVES` allows, increase the version, save, and record the event.

    Raises:
        IllegalMove: the broadcast's state does not allow it.
    """
    broadcast.state = next_state(rules.MOVES, broadcast.state, action)
    broadcast.version += 1
    now = clock.now()
    if action == "start":
        broadcast.started_at = now
    if broadcast.state in (BroadcastState.FINISHED, BroadcastState.CANCELLED):
        broadcast.finished_at = now
    await broadcast.save()
    await record(
        BroadcastMoved(
            actor=str(actor),
            broadcast_id=broadcast.id,
            broadcast_name=broadcast.name,
            action=action,
            state=broadcast.state.value,
            reason=reason,
        )
    )
