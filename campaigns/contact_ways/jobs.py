"""The job that has WeCom make a planned code."""

from functools import partial

from campaigns.contact_ways import service
from foundation import jobs


@jobs.job(service.MAKE, is_hint=True)
async def make(*, contact_way_id: int) -> None:
    """Have WeCom make one code."""
    await service.OWED.attempt(contact_way_id, partial(service.make, contact_way_id))
