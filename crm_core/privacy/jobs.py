"""Jobs about privacy requests."""

from crm_core.privacy import requesting
from foundation.jobs import job


@job("privacy.remind_officers")
async def remind_officers() -> None:
    """Remind the officers of requests that must be answered soon."""
    await requesting.remind()
