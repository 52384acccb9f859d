"""What is done while a store is open takes the hours it is open, and goes on when it opens again."""

from datetime import date, timedelta

from crm_core.dealerships.hours.open_time import OpenTime
from foundation import clock

DAY = date(2026, 11, 28)
LATER = DAY + timedelta(days=2)
OPEN = OpenTime(tuple((clock.at(day, 8, 30), clock.at(day, 18)) for day in (DAY, LATER)))


def test_what_does_not_fit_before_closing_goes_on_when_it_opens_again():
    assert OPEN.after(clock.at(DAY, 17), timedelta(minutes=60)) == clock.at(DAY, 18)
    assert OPEN.after(clock.at(DAY, 17), timedelta(minutes=75)) == clock.at(LATER, 8, 45)
    assert OPEN.after(clock.at(DAY, 20), timedelta(minutes=30)) == clock.at(LATER, 9)
    assert OPEN.after(clock.at(DAY, 7), timedelta(hours=19)) == clock.at(LATER, 18)


def test_beyond_the_last_day_that_is_known_time_just_goes_on():
    assert OPEN.after(clock.at(LATER, 19), timedelta(minutes=30)) == clock.at(LATER, 19, 30)
    assert OpenTime(()).after(clock.at(DAY, 9), timedelta(minutes=30)) == clock.at(DAY, 9, 30)


def test_it_is_open_until_it_closes():
    assert OPEN.has(clock.at(DAY, 8, 30))
    assert not OPEN.has(clock.at(DAY, 18))
    assert not OPEN.has(clock.at(DAY + timedelta(days=1), 12))
    assert OPEN.closing(clock.at(DAY, 9)) == clock.at(DAY, 18)
    assert OPEN.closing(clock.at(DAY, 20)) == clock.at(DAY, 20)


def test_it_opens_next_on_the_next_day_that_is_known():
    assert OPEN.opening(clock.at(DAY, 7)) == clock.at(DAY, 8, 30)
    assert OPEN.opening(clock.at(DAY, 20)) == clock.at(LATER, 8, 30)
    assert OPEN.opening(clock.at(LATER, 20)) is None
