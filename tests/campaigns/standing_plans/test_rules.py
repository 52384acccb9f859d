"""When a plan is due: over a year, on holidays, at the ends of months, and after a stop."""

from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile

import pytest

from campaigns.standing_plans.rules import Happening, OnHoliday, Rhythm, Timing, happened_between, moments
from crm_core.dealerships.holidays.rules import Holidays
from foundation import wall_clock

AT = time(10)
MONDAYS = Timing(Rhythm.WEEKLY, AT, weekday=1)
MONTH_ENDS = Timing(Rhythm.MONTHLY, AT, month_day=31)
AFTER_DELIVERY = Timing(Rhythm.AFTER, AT, happening=Happening.DELIVERY, days_after=90)
NONE = Holidays()
NATIONAL = Holidays({date(2026, 10, 1) + timedelta(days=n): "国庆节" for n in range(7)})
NEW_YEAR = wall_clock.at(date(2026, 1, 1))


def _days(timing: Timing, after: datetime, until: date, holidays: Holidays = NONE) -> list[date]:
    found = takewhile(lambda due: due < wall_clock.at(until), moments(timing, after, holidays))
    return [wall_clock.local(due).date() for due in found]


def test_a_year_of_mondays():
    days = _days(MONDAYS, NEW_YEAR, date(2027, 1, 1))
    assert len(days) == 52
    assert {day.isoweekday() for day in days} == {1}
    assert days[0] == date(2026, 1, 5)


def test_a_months_last_day_is_what_it_is():
    days = _days(MONTH_ENDS, NEW_YEAR, date(2028, 3, 1))
    assert days[:2] == [date(2026, 1, 31), date(2026, 2, 28)]
    assert days[-1] == date(2028, 2, 29)
    assert len(days) == 26


def test_a_moment_is_after_the_instant_and_comes_once():
    monday = wall_clock.at(date(2026, 1, 5), 10)
    assert next(moments(MONDAYS, monday - timedelta(seconds=1), NONE)) == monday
    assert next(moments(MONDAYS, monday, NONE)) == monday + timedelta(days=7)


@pytest.mark.parametrize(
    ("on_holiday", "days"),
    [
        (OnHoliday.RUN, [date(2026, 9, 28), date(2026, 10, 5), date(2026, 10, 12)]),
        (OnHoliday.SKIP, [date(2026, 9, 28), date(2026, 10, 12)]),
        (OnHoliday.LATER, [date(2026, 9, 28), date(2026, 10, 8), date(2026, 10, 12)]),
    ],
)
def test_a_holiday_lets_it_run_skips_it_or_moves_it(on_holiday: OnHoliday, days: list[date]):
    timing = Timing(Rhythm.WEEKLY, AT, weekday=1, on_holiday=on_holiday)
    assert _days(timing, wall_clock.at(date(2026, 9, 25)), date(2026, 10, 13), NATIONAL) == days
    # Asked in the midst of the holiday, the moment that was moved is still to come.
    assert _days(timing, wall_clock.at(date(2026, 10, 6)), date(2026, 10, 13), NATIONAL) == [
        day for day in days if day > date(2026, 10, 6)
    ]


def test_days_moved_onto_one_are_one_moment():
    timing = Timing(Rhythm.AFTER, AT, happening=Happening.PAID_VISIT, days_after=3, on_holiday=OnHoliday.LATER)
    days = _days(timing, wall_clock.at(date(2026, 9, 30), 12), date(2026, 10, 10), NATIONAL)
    assert days == [date(2026, 10, 8), date(2026, 10, 9)]


def test_a_rule_says_itself_and_what_it_lacks():
    assert MONDAYS.words() == "每周一 10:00"
    assert MONTH_ENDS.words() == "每月最后一天 10:00"
    assert AFTER_DELIVERY.words() == "新车交付满 90 天，每天 10:00"
    assert Timing(Rhythm.WEEKLY, AT).problem()
    assert not MONDAYS.problem()


def test_those_of_missed_days_come_along_for_a_week_at_most():
    first, second, *_ = islice(moments(AFTER_DELIVERY, wall_clock.at(date(2026, 6, 1)), NONE), 2)
    day = date(2026, 6, 1) - timedelta(days=90)
    assert happened_between(AFTER_DELIVERY, first, None) == (day, day)
    assert happened_between(AFTER_DELIVERY, second, first) == (day + timedelta(days=1),) * 2
    late = second + timedelta(days=3)
    assert happened_between(AFTER_DELIVERY, late, first) == (day + timedelta(days=1), day + timedelta(days=4))
    after_months = second + timedelta(days=480)
    assert happened_between(AFTER_DELIVERY, after_months, first) == (
        day + timedelta(days=475),
        day + timedelta(days=481),
    )
