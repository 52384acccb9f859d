"""Pure rules of promises: a new promised time is always compared with the first one, which decides who was on time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.dealerships.hours.open_time import OpenTime
from foundation import wall_clock

ROUND_UP_MINUTES = 5
"""Added work is rounded up to a multiple of this, so that a promise is rather kept early."""


@dataclass(frozen=True)
class PromiseChange:
    """A new promised time, its delay against the *first* promise in minutes, and a sentence for the owner."""

    new_at: datetime
    first_at: datetime
    delay_minutes: int
    sentence: str


def promised_with(promised_at: datetime, added_minutes: int, now: datetime, open_time: OpenTime) -> datetime:
    """When the car is promised once `added_minutes` of work are added, rounded up to five.

    If the promised time is already past, they count from now, and only while the store is open. Without added minutes
    the promise stands.
    """
    if not added_minutes:
        return promised_at
    return open_time.after(max(promised_at, now), timedelta(minutes=round_up_minutes(added_minutes)))


def promise_moved_to(new_at: datetime, first_promised_at: datetime, reason: str) -> PromiseChange:
    """A promise moved to a new time, with its delay against the first one."""
    delay_minutes = round((new_at - first_promised_at).total_seconds() / 60)
    told = f"预计 {wall_clock.dated(new_at)} 完工"
    is_same_day = wall_clock.local(first_promised_at).date() == wall_clock.local(new_at).date()
    first = f"{wall_clock.local(first_promised_at):%H:%M}" if is_same_day else wall_clock.dated(first_promised_at)
    if delay_minutes > 0:
        told += f"，原定 {first}，因{reason}顺延 {wall_clock.lasting(delay_minutes)}"
    elif delay_minutes < 0:
        told += f"，比原定早 {wall_clock.lasting(-delay_minutes)}"
    return PromiseChange(new_at, first_promised_at, delay_minutes, told)


def round_up_minutes(minutes: int) -> int:
    """Minutes rounded up to the next multiple of five."""
    return -(-minutes // ROUND_UP_MINUTES) * ROUND_UP_MINUTES


def was_on_time(ready_at: datetime, first_promised_at: datetime) -> bool:
    """准时交车: whether the car was ready by the first promise; later promises must not improve the result."""
    return ready_at <= first_promised_at
