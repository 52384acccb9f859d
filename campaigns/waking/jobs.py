"""The night of waking."""

from campaigns.waking import counting
from campaigns.waking.loop import following, turning
from foundation import clock
from foundation.jobs import job


@job("waking.recount")
async def recount() -> None:
    """Note what came of the tries so far, class every owner as of today, and open the next tries."""
    await following.follow()
    await counting.recount()
    await turning.turn(clock.today())
