"""Jobs about privacy requests."""

from crm_core.privacy import answering, requesting, retention
from foundation.jobs import BULK, job


@job("privacy.remind_officers")
async def remind_officers() -> None:
    """Remind the officers of requests that must be answered soon."""
    await requesting.remind()


@job("privacy.erase_due")
async def erase_due() -> None:
    """Carry out deletions that were agreed to and have waited long enough."""
    await answering.erase_due()


@job("privacy.clean", priority=BULK)
async def clean() -> None:
    """Remove what is kept no longer."""
    await retention.run()
