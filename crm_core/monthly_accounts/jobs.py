"""What the clock does to monthly accounts."""

from crm_core.monthly_accounts import reminding, service
from foundation.jobs import job


@job("monthly_accounts.close_months")
async def close_months() -> None:
    """Make the months whose closing day is over."""
    await service.close_months()


@job("monthly_accounts.remind")
async def remind() -> None:
    """Tell finance of overdue months."""
    await reminding.remind()
