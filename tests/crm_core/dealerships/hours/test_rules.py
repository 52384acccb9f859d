"""Which hours hold: the exception, else the weekday, else the usual ones."""

from datetime import date

from crm_core.dealerships.hours.rules import DayHours, StoreHours, within

USUAL = DayHours(510, 1050, 1080)
MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)


def test_a_weekday_goes_before_the_usual_hours_and_an_exception_before_both():
    late = DayHours(600, 1050, 1080)
    hours = StoreHours(USUAL, {6: None}, {SUNDAY: late, MONDAY: None})
    assert hours.on(date(2026, 11, 24)) == USUAL
    assert hours.on(date(2026, 12, 6)) is None
    assert hours.on(SUNDAY) == late
    assert hours.on(MONDAY) is None


def test_an_exception_takes_arrivals_as_long_before_closing_as_a_usual_day():
    assert within(USUAL, 600, 900) == DayHours(600, 870, 900)
    assert within(USUAL, 600, 610) == DayHours(600, 600, 610)
