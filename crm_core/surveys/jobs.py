"""What the clock does to surveys."""

from crm_core.surveys import asking
from foundation.jobs import job


@job("surveys.send")
async def send_surveys() -> None:
    """Invite owners a day after their hand-over."""
    while await asking.send_due() == asking.BATCH:
        pass


@job("surveys.expire")
async def expire_surveys() -> None:
    """End what nobody answered."""
    while await asking.expire_due() == asking.BATCH:
        pass
