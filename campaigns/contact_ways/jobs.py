"""What is done to codes by themselves: WeCom is told, and those on shift take over."""

from functools import partial

from campaigns.contact_ways import duty, link_friends, quota, service
from foundation import jobs


@jobs.job(service.MAKE, is_hint=True)
async def make(*, contact_way_id: int) -> None:
    """Have WeCom make, change or delete one code or link."""
    await service.OWED.attempt(contact_way_id, partial(service.pay, contact_way_id))


@jobs.job("contact_ways.move_on")
async def move_on() -> None:
    """Put whoever is on shift now on the codes at which people take turns."""
    await duty.move_on()


@jobs.job(quota.READ, is_hint=True)
async def read_quota(*, which: str) -> None:
    """Read what is left of the quota of links."""
    await quota.UNREAD.read(which, quota.read)


@jobs.job("contact_ways.ask_for_quota")
async def ask_for_quota() -> None:
    """Read the quota once a day, whatever WeCom told meanwhile."""
    await quota.ask_daily()
    await link_friends.ask_daily()


@jobs.job(link_friends.READ, is_hint=True)
async def read_link_friends(*, contact_way_id: str) -> None:
    """Read who came by one link."""
    await link_friends.UNREAD.read(contact_way_id, partial(link_friends.read, int(contact_way_id)))
