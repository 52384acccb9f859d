"""Codes are made by WeCom after the commit that planned them."""

from campaigns.contact_ways import service
from foundation import jobs


@jobs.job(service.MAKE)
async def make(*, contact_way_id: int) -> None:
    """Have WeCom make one code."""
    await service.make(contact_way_id)
