"""The night of waking."""

from campaigns.waking import counting
from foundation.jobs import job


@job("waking.recount")
async def recount() -> None:
    """Class every owner as of today."""
    await counting.recount()
