"""Working days by law, without a database."""

from datetime import date, datetime, timedelta

import pytest

from crm_core.dealerships.holidays.rules import MAKE_UP, Holidays, awaited_years
from foundation import clock

NATIONAL_DAY = Holidays(
    off={date(2026, 10, day): "国庆节" for day in range(1, 8)},
    make_up=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("day", "works", "word"),
    [
        (date(2026, 9, 20), True, MAKE_UP),
        (date(2026, 9, 30), True, ""),
        (date(2026, 10, 1), False, "国庆节"),
        (date(2026, 10, 8), True, ""),
        (date(2026, 10, 10), True, MAKE_UP),
        (date(2026, 10, 11), False, ""),
    ],
)
def test_a_day_is_worked_as_the_notice_says_and_else_by_the_week(day: date, works: bool, word: str):
    assert NATIONAL_DAY.works_on(day) == works
    assert NATIONAL_DAY.word_for(day) == word


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        (clock.at(date(2026, 9, 28), 10), 24, clock.at(date(2026, 9, 29), 10)),
        (clock.at(date(2026, 9, 30), 10), 24, clock.at(date(2026, 10, 8), 10)),
        (clock.at(date(2026, 10, 3), 10), 24, clock.at(date(2026, 10, 9))),
        (clock.at(date(2026, 10, 9), 12), 36, clock.at(date(2026, 10, 11))),
    ],
)
def test_time_of_days_off_does_not_count(begins: datetime, hours: int, ends: datetime):
    assert NATIONAL_DAY.after_working_time(begins, timedelta(hours=hours)) == ends


@pytest.mark.parametrize(
    ("today", "known", "missing"),
    [
        (date(2026, 10, 31), {2026}, []),
        (date(2026, 11, 1), {2026}, [2027]),
        (date(2026, 11, 1), {2026, 2027}, []),
        (date(2028, 3, 1), {2026, 2027}, [2028]),
    ],
)
def test_a_year_is_missed_once_its_notice_should_be_out(today: date, known: set[int], missing: list[int]):
    assert awaited_years(today, frozenset(known)) == missing
