"""What the clock does to requests."""

from crm_core.privacy import requesting
from foundation.jobs import job


@job("privacy.remind_officers")
async def remind_officers() -> None:
    """Requests whose day is near."""
    await requesting.remind()
