"""Jobs about privacy requests."""

from crm_core.privacy import answering, requesting
from foundation.jobs import job


@job("privacy.remind_officers")
async def remind_officers() -> None:
    """Remind the officers of requests that must be answered soon."""
    await requesting.remind()


@job("privacy.erase_due")
async def erase_due() -> None:
    """Carry out deletions that were agreed to and have waited long enough."""
    await answering.erase_due()
