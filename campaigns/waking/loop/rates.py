"""Measures how often owners reacted to each path, in each store: only tries whose window was over before the day that
decides, and only what happened within the window, so that no decision knows the future.
"""

from datetime import date
from typing import Final

from campaigns.lift import Group
from campaigns.waking.rate_rules import Counted, Rates
from campaigns.waking.rules import Path, WakingPolicy
from crm_core.customers.dormancy import Dormancy
from crm_core.dealerships.calendar import add_months
from crm_core.policies.current import group_policy
from foundation.reading import Query, read_model

MONTHS: Final = 12
"""What was longer ago says little about the words and the season of today."""


@read_model
class _Counted:
    store_id: int
    path: Path
    asleep_as: Dormancy
    people: int
    reacted: int


_COUNTED: Final = Query(
    _Counted,
    """
    SELECT a.store_id, a.path, a.asleep_as, count(*) AS people, count(*) FILTER (
      WHERE (a.reacted_at AT TIME ZONE 'Asia/Shanghai')::date <= a.window_ends_on) AS reacted
    FROM waking_attempt a WHERE a.window_ends_on < $1 AND a.window_ends_on >= $2
    GROUP BY a.store_id, a.path, a.asleep_as
    """,
)


async def measured(today: date) -> Rates:
    """The rates by which a night decides."""
    rows = await _COUNTED.all(today, add_months(today, -MONTHS))
    group: Counted = {}
    by_store: dict[int, Counted] = {}
    for row in rows:
        own = by_store.setdefault(row.store_id, {})
        for counted in (group, own):
            before = counted.get((row.path, row.asleep_as), Group(0, 0))
            counted[row.path, row.asleep_as] = Group(before.people + row.people, before.came + row.reacted)
    return Rates(group, (await group_policy(WakingPolicy)).least_tries, by_store)
