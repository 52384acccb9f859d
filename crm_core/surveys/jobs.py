"""Periodic jobs of surveys and complaints."""

from crm_core.surveys import asking, lateness, resolving
from foundation.jobs import job


@job("surveys.send")
async def send_surveys() -> None:
    """Invite owners a day after their hand-over."""
    while await asking.send_due() == asking.BATCH:
        pass


@job("surveys.expire")
async def expire_surveys() -> None:
    """End surveys that were not answered in time."""
    while await asking.expire_due() == asking.BATCH:
        pass


@job("surveys.escalate_complaints")
async def escalate_complaints() -> None:
    """Tell general managers of complaints that are unresolved after a day."""
    while await resolving.escalate_due() == resolving.BATCH:
        pass


@job("surveys.tell_of_late_complaints")
async def tell_of_late_complaints() -> None:
    """Tell those responsible, and those above them, of each promised time of a complaint that passed."""
    while await lateness.tell_due() == lateness.BATCH:
        pass
