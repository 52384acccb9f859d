"""The periodic jobs of coupons."""

from crm_core.coupons import ending
from foundation.jobs import job


@job("coupons.expire")
async def expire() -> None:
    """Expire coupons. Lapsed locks of bookings are released first, since those coupons may have to expire too."""
    while await ending.release_lapsed() == ending.BATCH:
        pass
    while await ending.expire_due() == ending.BATCH:
        pass


@job("coupons.remind")
async def remind() -> None:
    """Remind owners of coupons that expire soon."""
    await ending.remind_due()
