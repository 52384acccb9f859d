"""The job that tells WeCom what it has yet to hear of a code."""

from functools import partial

from campaigns.contact_ways import service
from foundation import jobs


@jobs.job(service.MAKE, is_hint=True)
async def make(*, contact_way_id: int) -> None:
    """Have WeCom make, change or delete one code."""
    await service.OWED.attempt(contact_way_id, partial(service.pay, contact_way_id))
