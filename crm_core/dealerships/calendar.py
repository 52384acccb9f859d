"""Sums with months, and the days of the almanac. Holidays by law are in `holidays`, hours of stores in `hours`."""

import calendar
from collections.abc import Mapping
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), clamped to the end of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# First day of the first lunar month 正月初一, known from the almanac long before the notice.
SPRING_FESTIVALS: Mapping[int, date] = {
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
}
