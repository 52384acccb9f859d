"""Birthdays as people give them: with or without the year. Pure."""

import re
from calendar import isleap
from datetime import date, timedelta
from typing import Final

from crm_core.customers.errors import BirthdayNotAccepted

KEPT_FORM: Final = r"^((19|20)[0-9]{2}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
"""`1988-08-15`, or `08-15` of somebody who keeps the year to themselves."""
_TYPED: Final = re.compile(r"(?:((?:19|20)\d{2})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_LEAP_YEAR: Final = 2024
_LAST_OF_FEBRUARY: Final = (2, 28)


def read_birthday(text: str, today: date) -> str:
    """The kept form of what was typed; empty for nothing.

    Raises:
        BirthdayNotAccepted: no day of the calendar, or one that has not come yet.
    """
    if not text.strip():
        return ""
    typed = _TYPED.fullmatch(text.strip())
    if typed is None:
        raise BirthdayNotAccepted
    year, month, day = typed[1], int(typed[2]), int(typed[3])
    try:
        born = date(int(year or _LEAP_YEAR), month, day)
    except ValueError:
        raise BirthdayNotAccepted from None
    if year and born > today:
        raise BirthdayNotAccepted
    return born.isoformat() if year else f"{born:%m-%d}"


def kept_on(day: date) -> list[str]:
    """The birthdays, as `08-15`, that are kept on a day: 29 February on the 28th in a year without it."""
    return coming_days(day, 0)


def coming_days(today: date, within_days: int) -> list[str]:
    """The days of the year, as `08-15`, from today until so many days later; 29 February is kept on the 28th in other
    years.
    """
    days = [today + timedelta(days=ahead) for ahead in range(min(within_days, 366) + 1)]
    coming = {f"{day:%m-%d}" for day in days}
    if any((day.month, day.day) == _LAST_OF_FEBRUARY and not isleap(day.year) for day in days):
        coming.add("02-29")
    return sorted(coming)
