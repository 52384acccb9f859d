"""唤醒池: every owner's class a year ago and today, so that its months have somebody in them."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.waking import counting
from foundation import clock

BEFORE: Final = timedelta(days=365)


async def make(now: datetime) -> None:
    """Class everybody as if the night a year ago and the last one had done it; a move has the day its rule says."""
    # The clock has gone on since `now`: set back to it, what the seeding did meanwhile would lie in the future.
    reached = clock.now()
    await clock.set_to(now - BEFORE)
    await counting.recount()
    await clock.set_to(reached)
    await counting.recount()
