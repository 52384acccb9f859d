"""唤醒池: every owner's class a year ago and today, so that its months have somebody in them."""

from datetime import datetime, timedelta
from typing import Final

from campaigns.waking import counting
from foundation import clock

BEFORE: Final = timedelta(days=365)


async def make(now: datetime) -> None:
    """Class everybody as if the night a year ago and the last one had done it; a move has the day its rule says."""
    await clock.set_to(now - BEFORE)
    await counting.recount()
    await clock.set_to(now)
    await counting.recount()
