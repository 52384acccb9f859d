"""What the clock does to the loop."""

from campaigns.waking.loop import following, noticing
from foundation.jobs import job


@job("waking.follow")
async def follow() -> None:
    """Note what was sent, what came of it, and who left."""
    await following.follow()


@job("waking.notice")
async def notice() -> None:
    """10:00: tell those whose turn it is that their car's service is due."""
    await noticing.notice()
