"""For which time those who came are counted, and by which steps a chart of it goes. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from foundation import wall_clock

WEEK_DAYS: Final = 7


class Span(StrEnum):
    """The choices of the page; a day begins at midnight in Shanghai."""

    WEEK = "WEEK"
    """The last seven days, today among them."""
    MONTH = "MONTH"
    """The running month."""
    LAST_MONTH = "LAST_MONTH"
    QUARTER = "QUARTER"
    """The last ninety days, which is how long what somebody does is put down to a code."""
    YEAR = "YEAR"
    """The last twelve months, the running one among them."""


class Pace(StrEnum):
    """The steps of a chart, in the words of PostgreSQL's date_trunc."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Days:
    """From the first day on, up to and without the day after the last."""

    first: date
    end: date

    @property
    def begins_at(self) -> datetime:
        """The instant at which the first day begins."""
        return wall_clock.at(self.first)

    @property
    def ends_at(self) -> datetime:
        """The instant at which they are over."""
        return wall_clock.at(self.end)


def days_of(span: Span, today: date) -> Days:
    """The days of a span, as it is today."""
    tomorrow, month = today + timedelta(days=1), today.replace(day=1)
    match span:
        case Span.WEEK:
            return Days(tomorrow - timedelta(days=WEEK_DAYS), tomorrow)
        case Span.MONTH:
            return Days(month, tomorrow)
        case Span.LAST_MONTH:
            return Days((month - timedelta(days=1)).replace(day=1), month)
        case Span.QUARTER:
            return Days(tomorrow - timedelta(days=90), tomorrow)
        case Span.YEAR:
            begun = (
                month.replace(year=month.year - 1, month=month.month + 1)
                if month.month < 12
                else month.replace(month=1)
            )
            return Days(begun, tomorrow)


def pace_of(span: Span) -> Pace:
    """The steps in which a span has few enough of them for a small chart."""
    return {Span.QUARTER: Pace.WEEK, Span.YEAR: Pace.MONTH}.get(span, Pace.DAY)


def steps_of(span: Span, today: date) -> list[date]:
    """The first day of each step of a span, the earliest first; weeks begin on Monday."""
    days, pace = days_of(span, today), pace_of(span)
    steps, step = [], begin_of(pace, days.first)
    while step < days.end:
        steps.append(step)
        step = begin_of(pace, step + timedelta(days={Pace.DAY: 1, Pace.WEEK: WEEK_DAYS, Pace.MONTH: 31}[pace]))
    return steps


def begin_of(pace: Pace, day: date) -> date:
    """The first day of the step a day lies in."""
    match pace:
        case Pace.DAY:
            return day
        case Pace.WEEK:
            return day - timedelta(days=day.weekday())
        case Pace.MONTH:
            return day.replace(day=1)
