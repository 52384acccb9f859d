"""When a standing plan is due. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from crm_core.dealerships.calendar import add_months
from crm_core.dealerships.holidays.rules import Holidays
from foundation import wall_clock
from foundation.moves import Moves


class PlanState(StrEnum):
    """定期计划."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"


MOVES: Final[Moves[PlanState]] = {
    PlanState.DRAFT: {"edit": PlanState.DRAFT, "submit": PlanState.PENDING, "end": PlanState.ENDED},
    PlanState.PENDING: {
        "approve": PlanState.ACTIVE,
        "send_back": PlanState.DRAFT,
        "edit": PlanState.DRAFT,
        "end": PlanState.ENDED,
    },
    PlanState.ACTIVE: {"pause": PlanState.PAUSED, "edit": PlanState.DRAFT, "end": PlanState.ENDED},
    PlanState.PAUSED: {"resume": PlanState.ACTIVE, "edit": PlanState.DRAFT, "end": PlanState.ENDED},
}


class Rhythm(StrEnum):
    """What makes a plan due."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    AFTER = "AFTER"
    """Every day, for those to whom something happened so many days ago."""


class Happening(StrEnum):
    """What a plan follows."""

    DELIVERY = "DELIVERY"
    PAID_VISIT = "PAID_VISIT"
    FELL_ASLEEP = "FELL_ASLEEP"

    @property
    def label(self) -> str:
        """As sentences say it."""
        return _HAPPENINGS[self]


_HAPPENINGS: Final = {
    Happening.DELIVERY: "新车交付",
    Happening.PAID_VISIT: "付费到店",
    Happening.FELL_ASLEEP: "变成沉睡",
}


class OnHoliday(StrEnum):
    """What becomes of a moment on a holiday by law."""

    RUN = "RUN"
    SKIP = "SKIP"
    LATER = "LATER"
    """On the first day after it."""


class PlanRunState(StrEnum):
    """What became of a due moment."""

    STARTED = "STARTED"
    MISSED = "MISSED"
    """The system stood still; a later moment was run instead."""
    SKIPPED = "SKIPPED"
    """It could not begin; the reason says why."""


MONTH_END: Final = 31
LOOK_BACK: Final = timedelta(days=20)
"""Longer than any holiday: a moment moved to after one has its day before."""
LOOK_AHEAD: Final = timedelta(days=800)
MOST_MISSED_DAYS: Final = 7
"""So many days of missed happenings are made up for; whoever waited longer hears nothing rather than something late."""
_WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True)
class Timing:
    """The rule of a plan. `weekday` (ISO) is that of WEEKLY, `month_day` that of MONTHLY (31: the month's last), the
    others those of AFTER.
    """

    rhythm: Rhythm
    at: time
    weekday: int | None = None
    month_day: int | None = None
    happening: Happening | None = None
    days_after: int | None = None
    on_holiday: OnHoliday = OnHoliday.RUN

    def problem(self) -> str:
        """Why this is no rule, as a Chinese sentence; empty if it is one."""
        wanted: dict[Rhythm, tuple[object, ...]] = {
            Rhythm.DAILY: (),
            Rhythm.WEEKLY: (self.weekday,),
            Rhythm.MONTHLY: (self.month_day,),
            Rhythm.AFTER: (self.happening, self.days_after),
        }
        return "时间没填完。" if None in wanted[self.rhythm] else ""

    def words(self) -> str:
        """`每周一 10:00`."""
        at = f"{self.at:%H:%M}"
        if self.rhythm is Rhythm.DAILY:
            return f"每天 {at}"
        if self.rhythm is Rhythm.WEEKLY and self.weekday is not None:
            return f"每周{_WEEKDAYS[self.weekday - 1]} {at}"
        if self.rhythm is Rhythm.MONTHLY and self.month_day is not None:
            return f"每月{'最后一天' if self.month_day == MONTH_END else f' {self.month_day} 日'} {at}"
        happening = self.happening.label if self.happening else ""
        return f"{happening}满 {self.days_after} 天，每天 {at}"


def time_of(minute: int) -> time:
    """The time of the day that is so many minutes after midnight."""
    return time(*divmod(minute, 60))


def moments(timing: Timing, after: datetime, holidays: Holidays) -> Iterator[datetime]:
    """The due moments after an instant, in order, each once."""
    last = after
    for nominal in _days(timing, wall_clock.local(after).date() - LOOK_BACK):
        day = _moved(nominal, timing.on_holiday, holidays)
        if day is None:
            continue
        due = wall_clock.at(day, timing.at.hour, timing.at.minute)
        if due > last:
            yield due
            last = due


def _days(timing: Timing, first: date) -> Iterator[date]:
    last = first + LOOK_BACK + LOOK_AHEAD
    if timing.rhythm is Rhythm.MONTHLY:
        assert timing.month_day is not None
        for number in range((last - first).days // 28):
            month = add_months(first.replace(day=1), number)
            yield month.replace(day=min(timing.month_day, (add_months(month, 1) - timedelta(days=1)).day))
        return
    for number in range((last - first).days):
        day = first + timedelta(days=number)
        if timing.rhythm in (Rhythm.DAILY, Rhythm.AFTER) or day.isoweekday() == timing.weekday:
            yield day


def _moved(day: date, on_holiday: OnHoliday, holidays: Holidays) -> date | None:
    if on_holiday is OnHoliday.RUN or day not in holidays.off:
        return day
    if on_holiday is OnHoliday.SKIP:
        return None
    while day in holidays.off:
        day += timedelta(days=1)
    return day


def happened_between(timing: Timing, due: datetime, before: datetime | None) -> tuple[date, date]:
    """The days on which it happened to those a run of AFTER is for: of its own day, and of the days missed since the
    moment that was run before.
    """
    assert timing.days_after is not None
    until_on = wall_clock.local(due).date() - timedelta(days=timing.days_after)
    if before is None:
        return until_on, until_on
    since = wall_clock.local(before).date() - timedelta(days=timing.days_after - 1)
    return max(min(since, until_on), until_on - timedelta(days=MOST_MISSED_DAYS - 1)), until_on
