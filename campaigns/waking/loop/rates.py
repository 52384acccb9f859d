"""Measures how often owners reacted to each path: only tries whose window was over before the day that decides, and
only what happened within the window, so that no decision knows the future.
"""

from datetime import date
from typing import Final

from campaigns.lift import Group
from campaigns.waking.rate_rules import Rates
from campaigns.waking.rules import Path, WakingPolicy
from crm_core.customers.dormancy import Dormancy
from crm_core.dealerships.calendar import add_months
from crm_core.policies.current import group_policy
from foundation.reading import Query, read_model

MONTHS: Final = 12
"""What was longer ago says little about the words and the season of today."""


@read_model
class _Counted:
    path: Path
    asleep_as: Dormancy
    people: int
    reacted: int


_COUNTED: Final = Query(
    _Counted,
    """
    SELECT a.path, a.asleep_as, count(*) AS people, count(*) FILTER (
      WHERE (a.reacted_at AT TIME ZONE 'Asia/Shanghai')::date <= a.window_ends_on) AS reacted
    FROM waking_attempt a WHERE a.window_ends_on < $1 AND a.window_ends_on >= $2 GROUP BY a.path, a.asleep_as
    """,
)


async def measured(today: date) -> Rates:
    """The rates by which a night decides."""
    rows = await _COUNTED.all(today, add_months(today, -MONTHS))
    counted = {(row.path, row.asleep_as): Group(row.people, row.reacted) for row in rows}
    return Rates(counted, (await group_policy(WakingPolicy)).least_tries)
