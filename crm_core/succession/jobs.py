"""The job of successions, found again by the timetable as long as one runs."""

from functools import partial

from crm_core.succession.working import OWED, WORK, go_on
from foundation.jobs import job


@job(WORK, is_hint=True)
async def work(succession_id: int) -> None:
    """Go on with a succession wherever it stands."""
    await OWED.attempt(succession_id, partial(go_on, succession_id))
