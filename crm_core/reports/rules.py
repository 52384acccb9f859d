"""What figures come to, how far a target is reached, and which spans are compared. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation import wall_clock

YELLOW_FROM_PERCENT: Final = 50
"""From half of the target on yellow, from the whole on green (the trade's three colours)."""


class Unit(StrEnum):
    """What a value is counted in; the value itself is a whole number of the smallest part."""

    COUNT = "COUNT"
    PERCENT = "PERCENT"
    """In tenths of a percent."""
    FEN = "FEN"
    POINTS = "POINTS"
    """In tenths of a point, from −1000 to 1000."""


class Better(StrEnum):
    """In which direction a figure gets better."""

    MORE = "MORE"
    LESS = "LESS"


class By(StrEnum):
    """Whose work a row is, where a figure is told person by person."""

    ADVISOR = "ADVISOR"
    TECHNICIAN = "TECHNICIAN"
    NOBODY = "NOBODY"


class Colour(StrEnum):
    """How a figure stands against its target; grey where there is none."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    GREY = "GREY"


class Period(StrEnum):
    """The spans of the page."""

    TODAY = "today"
    MONTH = "month"
    BEFORE = "before"
    """Of last month as much as has passed of this one."""


@dataclass(frozen=True)
class Span:
    """From a moment up to, but without, another."""

    since: datetime
    until: datetime


def to_the_minute(now: datetime) -> datetime:
    """The minute up to which is counted, so that a day can be cut at the same minute in every month."""
    return now.replace(second=0, microsecond=0)


def spans(now: datetime) -> dict[Period, Span]:
    """Today, this month so far, and the same span of last month: to the same day and minute, or to its end."""
    local = wall_clock.local(now)
    first = local.date().replace(day=1)
    last_first = (first - timedelta(days=1)).replace(day=1)
    cut = local.date().day
    if cut <= calendar.monthrange(last_first.year, last_first.month)[1]:
        until = wall_clock.at(last_first.replace(day=cut), local.hour, local.minute)
    else:
        until = wall_clock.at(first)
    return {
        Period.TODAY: Span(wall_clock.at(local.date()), now),
        Period.MONTH: Span(wall_clock.at(first), now),
        Period.BEFORE: Span(wall_clock.at(last_first), until),
    }


def first_of(months_ago: int, today: date) -> date:
    """The first day of a month so many months before today's."""
    months = today.year * 12 + today.month - 1 - months_ago
    return date(months // 12, months % 12 + 1, 1)


def value(unit: Unit, part: int, whole: int) -> int | None:
    """What a figure comes to, halves rounded up; None where nothing is there to divide by."""
    if unit is Unit.COUNT:
        return part
    if whole <= 0:
        return None
    times = 1 if unit is Unit.FEN else 1000
    return (2 * part * times + whole) // (2 * whole)


def target_value(unit: Unit, target: int) -> int:
    """A target as people enter it (percent, points, yuan, visits) in the unit of the values."""
    return target * {Unit.COUNT: 1, Unit.PERCENT: 10, Unit.POINTS: 10, Unit.FEN: 100}[unit]


def attainment(better: Better, reached: int | None, target: int | None) -> int | None:
    """目标完成率 in whole percent, rounded down so that 100 means reached; None without a value or a target.

    Where less is better it is the target divided by what came of it.
    """
    if reached is None or target is None:
        return None
    above, below = (reached, target) if better is Better.MORE else (target, reached)
    if below <= 0:
        return 100 if _is_reached(better, reached, target) else 0
    return max(0, above * 100 // below)


def colour(better: Better, reached: int | None, target: int | None, *, passed: float = 1.0) -> Colour:
    """Green from 100 percent of the target on, yellow from 50, else red; grey without a target or a value.

    `passed` is the part of the month that has passed, for counts: half a month owes half of its visits.
    """
    due = None if target is None else target * passed
    if reached is None or due is None:
        return Colour.GREY
    if _is_reached(better, reached, due):
        return Colour.GREEN
    above, below = (reached, due) if better is Better.MORE else (due, reached)
    is_half = below > 0 and above * 100 >= below * YELLOW_FROM_PERCENT
    return Colour.YELLOW if is_half else Colour.RED


def _is_reached(better: Better, reached: int, due: float) -> bool:
    return reached >= due if better is Better.MORE else reached <= due


def passed(now: datetime) -> float:
    """The part of the month that has passed."""
    local = wall_clock.local(now)
    first = wall_clock.at(local.date().replace(day=1))
    days = calendar.monthrange(local.year, local.month)[1]
    return (now - first) / timedelta(days=days)
