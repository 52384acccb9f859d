"""What the clock does about farmed coupons."""

from crm_core.coupon_checks import checking
from foundation.jobs import job


@job("coupon_checks.look")
async def look() -> None:
    """Look at the claims and uses of the last days."""
    await checking.look()
