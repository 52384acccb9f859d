"""唤醒池: every owner's class a year ago and today, so that its months have somebody in them; and 唤醒循环, which the
first store's marketer started six weeks ago, so that broadcasts since then have reached some whose turn it was.
"""

from datetime import datetime, timedelta
from typing import Final

from app.seed.group import Group
from campaigns.waking import counting
from campaigns.waking.loop import following, service, turning
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from foundation import clock

BEFORE: Final = timedelta(days=365)
LOOP_BEGAN: Final = timedelta(days=42)


async def make(group: Group, now: datetime, *, with_loop: bool) -> None:
    """Class everybody as if the night a year ago and the last one had done it; a move has the day its rule says."""
    # The clock has gone on since `now`: set back to it, what the seeding did meanwhile would lie in the future.
    reached = clock.now()
    await clock.set_to(now - BEFORE)
    await counting.recount()
    if with_loop:
        await clock.set_to(now - LOOP_BEGAN)
        await counting.recount()
        store = group.live_stores[0]
        await service.start(await staff_actor(group.staff[store.id, Role.MKT][0]), store.id)
        await turning.give_turns(clock.today())
    await clock.set_to(reached)
    await following.follow()
    await counting.recount()
    await turning.give_turns(clock.today())
