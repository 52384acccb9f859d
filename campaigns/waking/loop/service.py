"""Starting and pausing the loop of a store."""

from campaigns.waking.loop.errors import LoopAsItIs
from campaigns.waking.loop.events import WakingLoopMoved
from campaigns.waking.loop.models import WakingLoop
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from foundation import clock, database
from foundation.events import record


async def start(actor: Actor, store_id: int) -> None:
    """Work on the sleeping owners of a store: from the next night on everybody has their turn.

    Raises:
        LoopAsItIs: it runs already.
        NotAllowed.
    """
    await _turn(actor, store_id, is_running=True)


async def pause(actor: Actor, store_id: int) -> None:
    """Nobody's turn comes until it goes on; who was reached already is followed all the same.

    Raises:
        LoopAsItIs: it does not run.
        NotAllowed.
    """
    await _turn(actor, store_id, is_running=False)


async def _turn(actor: Actor, store_id: int, *, is_running: bool) -> None:
    authorise(actor, "campaigns.run", subject(store_id=store_id))
    store = await store_of(store_id)
    async with database.transaction():
        await database.advisory_lock(f"waking_loop:{store_id}")
        loop = await WakingLoop.get_or_none(store_id=store_id)
        if (loop is not None and loop.is_running) == is_running:
            raise LoopAsItIs
        loop = loop or WakingLoop(store_id=store_id, version=0)
        loop.is_running, loop.changed_by, loop.changed_at = is_running, actor.id, clock.now()
        loop.version += 1
        await loop.save()
        await record(
            WakingLoopMoved(
                actor=str(actor),
                store_id=store_id,
                store_name=store.short_name,
                is_running=is_running,
            )
        )
