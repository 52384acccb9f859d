"""What the clock does to coupons."""

from crm_core.coupons import ending
from foundation.jobs import job


@job("coupons.expire")
async def expire() -> None:
    """End what ran out; booking locks that lapsed first, since they may run out at once."""
    while await ending.release_lapsed() == ending.BATCH:
        pass
    while await ending.expire_due() == ending.BATCH:
        pass


@job("coupons.remind")
async def remind() -> None:
    """Bring to mind what ends soon."""
    await ending.remind_due()
