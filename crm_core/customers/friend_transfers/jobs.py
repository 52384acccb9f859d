"""The job of friends who are handed over, found again by the timetable as long as WeCom owes an answer."""

from functools import partial

from crm_core.customers.friend_transfers import handing
from foundation import jobs


@jobs.job(handing.TRANSFER_FRIENDS, is_hint=True)
async def transfer_friends(*, pair: str) -> None:
    """Go on with the hand-overs between two members."""
    await handing.OWED.attempt(pair, partial(handing.go_on, pair))
