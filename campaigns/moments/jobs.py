"""What the clock does to Moments; the sweep of what is owed begins it."""

from functools import partial

from campaigns.moments import making
from campaigns.moments.moving import ADVANCE, UNFINISHED
from foundation.jobs import job


@job(ADVANCE, is_hint=True)
async def advance(*, moment_id: int) -> None:
    """Take the next steps of one Moment."""
    await UNFINISHED.attempt(moment_id, partial(making.advance, moment_id))
