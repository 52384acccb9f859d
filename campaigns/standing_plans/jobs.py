"""What the clock does to standing plans."""

from campaigns.standing_plans import gifts, running
from foundation.jobs import job


@job("standing_plans.run_due")
async def run_due() -> None:
    """Run what has become due."""
    await running.run_due()


@job("standing_plans.give_coupons")
async def give_coupons() -> None:
    """Give the coupons of plans to those whom their runs have reached."""
    await gifts.give_due()
