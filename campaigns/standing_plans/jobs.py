"""What the clock does to standing plans."""

from campaigns.standing_plans import running
from foundation.jobs import job


@job("standing_plans.run_due")
async def run_due() -> None:
    """Run what has become due."""
    await running.run_due()
