"""The daily job of authorised persons."""

from crm_core.authorised_persons import ending
from foundation.jobs import job


@job("authorised_persons.end_past")
async def end_past() -> None:
    """End authorities after their last day and invitations nobody accepted in time."""
    await ending.end_past()
