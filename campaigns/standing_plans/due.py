"""The next moments of a rule, with the holidays that are known."""

from datetime import date, datetime
from itertools import islice

from campaigns.standing_plans.rules import LOOK_AHEAD, LOOK_BACK, Timing, moments
from crm_core.dealerships.holidays import reading
from foundation import wall_clock


async def moments_of(timing: Timing, after: datetime, at_most: int, ends_on: date | None) -> list[datetime]:
    """The first moments after an instant, none after the last day."""
    day = wall_clock.local(after).date()
    holidays = await reading.between(day - LOOK_BACK, day + LOOK_AHEAD)
    found = islice(moments(timing, after, holidays), at_most)
    return [due for due in found if ends_on is None or wall_clock.local(due).date() <= ends_on]


async def next_of(timing: Timing, after: datetime, ends_on: date | None) -> datetime | None:
    """The next moment after an instant; None if there is none."""
    return next(iter(await moments_of(timing, after, 1, ends_on)), None)
