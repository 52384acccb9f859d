"""When a store is open, and which days are working days by law.

A store's calendar is weekly hours plus exceptions: dealerships are usually open on weekends and holidays. The table of
public holidays only moves working-day deadlines and quiet days; it never closes a store.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from foundation import wall_clock

SEARCH_DAYS = 60  # No store stays shut for longer; if no opening is found within it, the store's calendar is wrong.


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), clamped to the end of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Hours:
    """One day's opening, on the Shanghai wall clock."""

    opens: time
    closes: time


@dataclass(frozen=True)
class StoreCalendar:
    """Weekly hours (0 is Monday; a missing weekday is closed) and exceptions by date (None is closed)."""

    weekly: Mapping[int, Hours]
    exceptions: Mapping[date, Hours | None] = field(default_factory=dict)

    def hours_on(self, day: date) -> Hours | None:
        """The opening hours of a day, None when closed."""
        return self.exceptions[day] if day in self.exceptions else self.weekly.get(day.weekday())

    def is_open(self, instant: datetime) -> bool:
        """Whether the store is open at an instant; the closing minute itself is closed."""
        local = wall_clock.local(instant)
        hours = self.hours_on(local.date())
        return hours is not None and hours.opens <= local.time() < hours.closes

    def next_opening(self, instant: datetime) -> datetime | None:
        """The instant itself while open, else the next opening in UTC; None when none is within SEARCH_DAYS."""
        if self.is_open(instant):
            return instant
        local = wall_clock.local(instant)
        for days in range(SEARCH_DAYS):
            day = local.date() + timedelta(days=days)
            hours = self.hours_on(day)
            if hours and (days or local.time() < hours.opens):
                return wall_clock.at(day, hours.opens.hour, hours.opens.minute)
        return None


@dataclass(frozen=True)
class HolidayYear:
    """One year of the State Council's holiday notice (国务院办公厅节假日安排)."""

    days_off: frozenset[date]
    make_up_workdays: frozenset[date]


def _days(year: int, *spans: tuple[int, int, int]) -> frozenset[date]:
    return frozenset(date(year, month, day) for month, first, last in spans for day in range(first, last + 1))


# Add a year when its notice is out (normally in November); guessing one is how blogs got the Spring Festival wrong.
HOLIDAYS: Mapping[int, HolidayYear] = {
    2026: HolidayYear(
        days_off=_days(2026, (1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)),
        make_up_workdays=_days(2026, (1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10)),
    ),
}

# First day of the first lunar month 正月初一, known from the almanac long before the notice.
SPRING_FESTIVALS: Mapping[int, date] = {
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
}


class CalendarUnknown(LookupError):
    """The holiday notice of this year is not known; working days must not be guessed without it."""


def is_working_day(day: date) -> bool:
    """Whether a day counts as a working day for legal deadlines.

    Raises:
        CalendarUnknown: the year's holiday notice is not in the table.
    """
    year = HOLIDAYS.get(day.year)
    if year is None:
        raise CalendarUnknown(f"no holiday notice for {day.year}")
    return day in year.make_up_workdays or (day.weekday() < 5 and day not in year.days_off)


def add_working_days(day: date, working_days: int) -> date:
    """The `working_days`-th working day after `day`; 三包 sets periods of 10 and 20 working days.

    Raises:
        CalendarUnknown: the holiday notice of a year in between is not in the table.
    """
    left = working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def spring_festival(year: int) -> date:
    """正月初一 of a year.

    Raises:
        CalendarUnknown: the year is not in the table.
    """
    if year not in SPRING_FESTIVALS:
        raise CalendarUnknown(f"no Spring Festival date for {year}")
    return SPRING_FESTIVALS[year]
