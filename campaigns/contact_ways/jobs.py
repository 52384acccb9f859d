"""What is done to codes by themselves: WeCom is told, and those on shift take over."""

from functools import partial

from campaigns.contact_ways import duty, service
from foundation import jobs


@jobs.job(service.MAKE, is_hint=True)
async def make(*, contact_way_id: int) -> None:
    """Have WeCom make, change or delete one code."""
    await service.OWED.attempt(contact_way_id, partial(service.pay, contact_way_id))


@jobs.job("contact_ways.move_on")
async def move_on() -> None:
    """Put whoever is on shift now on the codes at which people take turns."""
    await duty.move_on()
