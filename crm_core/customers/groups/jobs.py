"""The jobs of customer groups: read from WeCom what a callback announced, and each night all of them."""

from functools import partial

from crm_core.customers.groups import reading
from foundation import jobs


@jobs.job(reading.READ, is_hint=True)
async def read_groups(*, which: str) -> None:
    """Read one group or all, now or as soon as WeCom answers."""
    await reading.UNREAD.read(which, partial(reading.read, which))


@jobs.job("customers.ask_for_groups")
async def ask_for_groups() -> None:
    """Run each night: look at all groups, in case a callback about one was lost."""
    await reading.expect_news()
