"""Pure rules of how long a begun job still takes, for everybody who says when it will be over: the board, the screen on
the wall, the times that can be booked, and the promise.
"""

from datetime import datetime, timedelta
from typing import Final, Protocol

from crm_core.repair_orders.promise_rules import round_up_minutes
from crm_core.repair_orders.rules import LineState, PauseReason

REWORK_SHARE: Final = 2
"""Work that failed the inspection takes about half of its time again (house rule)."""


class WorkOnLine(Protocol):
    """A job and how far it is."""

    @property
    def state(self) -> LineState: ...
    @property
    def pause_reason(self) -> PauseReason | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def clocked_minutes(self) -> int:
        """What the clocks counted; of a job that failed the inspection, since it did."""
        ...

    @property
    def fail_count(self) -> int: ...
    @property
    def parts_expected_at(self) -> datetime | None: ...


def rework_minutes(minutes: int) -> int:
    """What a job takes when it is done again."""
    return round_up_minutes(minutes // REWORK_SHARE)


def remaining_minutes(job: WorkOnLine) -> int:
    """Work the clocks have not counted yet; 0 when the job is over its time."""
    if not job.fail_count:
        return max(0, job.minutes - job.clocked_minutes)
    again = rework_minutes(job.minutes)
    if job.state is LineState.QC_FAIL:
        return again
    return max(0, min(again, job.fail_count * again - job.clocked_minutes))


def left(job: WorkOnLine, overrun_minutes: int) -> timedelta:
    """How long it still takes; a job that is over its time and not done takes `overrun_minutes` more."""
    return timedelta(minutes=remaining_minutes(job) or overrun_minutes)


def waits_for_parts(job: WorkOnLine) -> bool:
    """Whether it is paused until a part comes; its car was driven out of the bay."""
    return job.state is LineState.PAUSED and job.pause_reason is PauseReason.WAIT_PARTS


def goes_on_at(job: WorkOnLine, now: datetime) -> datetime:
    """When work on a begun job goes on: when its part comes. What waits for anything else, or for a part that nobody
    can date, may go on at any moment, so it is reckoned from now.
    """
    comes_at = job.parts_expected_at if waits_for_parts(job) else None
    return max(now, comes_at or now)


def begun_until(job: WorkOnLine, now: datetime, overrun_minutes: int) -> datetime:
    """When a begun job is expected to end."""
    return goes_on_at(job, now) + left(job, overrun_minutes)
