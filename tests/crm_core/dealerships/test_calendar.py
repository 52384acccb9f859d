from datetime import date, time

import pytest

from crm_core.dealerships.calendar import (
    CalendarUnknown,
    Hours,
    StoreCalendar,
    add_months,
    add_working_days,
    is_working_day,
    spring_festival,
)
from foundation import clock

DAILY = Hours(time(8, 30), time(18, 0))
STORE = StoreCalendar(
    weekly=dict.fromkeys(range(6), DAILY),  # Closed on Sundays.
    exceptions={date(2026, 2, 17): None, date(2026, 11, 22): Hours(time(10, 0), time(12, 0))},
)


@pytest.mark.parametrize(
    ("day", "hour", "minute", "is_open"),
    [
        (date(2026, 11, 23), 8, 29, False),
        (date(2026, 11, 23), 8, 30, True),
        (date(2026, 11, 23), 17, 59, True),
        (date(2026, 11, 23), 18, 0, False),
        (date(2026, 11, 15), 10, 0, False),
        (date(2026, 11, 22), 10, 0, True),
        (date(2026, 2, 17), 10, 0, False),
        (date(2026, 10, 1), 10, 0, True),
    ],
)
def test_a_store_is_open_by_its_own_calendar_not_by_public_holidays(day, hour, minute, is_open):
    assert STORE.is_open(clock.at(day, hour, minute)) == is_open


def test_the_next_opening_skips_closed_days():
    saturday_night = clock.at(date(2026, 11, 14), 20)
    assert STORE.next_opening(saturday_night) == clock.at(date(2026, 11, 16), 8, 30)
    assert STORE.next_opening(clock.at(date(2026, 11, 23), 7)) == clock.at(date(2026, 11, 23), 8, 30)


def test_while_open_the_next_opening_is_now():
    instant = clock.at(date(2026, 11, 23), 9)
    assert STORE.next_opening(instant) == instant


def test_a_store_that_never_opens_has_no_next_opening():
    assert StoreCalendar(weekly={}).next_opening(clock.at(date(2026, 11, 23), 9)) is None


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 10), True),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
    ],
)
def test_working_days_follow_the_state_council_notice(day, works):
    assert is_working_day(day) == works


def test_working_days_of_a_year_without_a_notice_are_not_guessed():
    with pytest.raises(CalendarUnknown):
        is_working_day(date(2027, 1, 1))
    with pytest.raises(CalendarUnknown):
        spring_festival(2050)


def test_working_days_jump_over_the_national_holiday():
    assert add_working_days(date(2026, 9, 28), 4) == date(2026, 10, 9)
    assert add_working_days(date(2026, 9, 28), 5) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(day, months, later):
    assert add_months(day, months) == later
