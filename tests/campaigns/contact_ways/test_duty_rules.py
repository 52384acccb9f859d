"""A code leads to those on shift, else to whoever stands by, else to its keeper."""

from datetime import date, datetime

import pytest

from campaigns.contact_ways.duty_rules import MOST_AT_ONCE, Turn, on_duty
from crm_core.dealerships.rota.rules import Days, Rota, WorkShift
from foundation.clock import SHANGHAI

MONDAY = date(2026, 11, 23)
KEEPER = 9
EARLY = Rota(shifts=[WorkShift(("0", "1", "2", "3", "4"), 9 * 60, 15 * 60)])
LATE = Rota(shifts=[WorkShift(("0", "1", "2", "3", "4"), 14 * 60, 20 * 60)])
AWAY = Rota(shifts=EARLY.shifts, absences=[Days(MONDAY, MONDAY)])
TURNS = [Turn(1, EARLY), Turn(2, LATE), Turn(3, Rota(), is_backup=True)]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("when", "whom"),
    [
        (at(8, 59), [3]),
        (at(9), [1]),
        (at(14, 30), [1, 2]),
        (at(15), [2]),
        (at(19, 59), [2]),
        (at(20), [3]),
    ],
)
def test_who_is_on_shift_is_on_the_code(when: datetime, whom: list[int]) -> None:
    assert on_duty(TURNS, KEEPER, when, takes_several=True) == whom


def test_a_code_for_one_takes_the_first_of_them() -> None:
    assert on_duty(TURNS, KEEPER, at(14, 30), takes_several=False) == [1]


def test_who_is_away_or_has_left_is_passed_over() -> None:
    assert on_duty([Turn(1, AWAY), Turn(2, EARLY, is_active=False)], KEEPER, at(10), takes_several=True) == [KEEPER]


def test_whoever_has_no_shifts_is_always_there() -> None:
    assert on_duty([Turn(1, Rota())], KEEPER, at(3), takes_several=True) == [1]


def test_nobody_takes_turns_and_it_is_the_keepers() -> None:
    assert on_duty([], KEEPER, at(10), takes_several=False) == [KEEPER]


def test_wecom_takes_a_hundred_at_most() -> None:
    turns = [Turn(number, Rota()) for number in range(1, 200)]
    assert len(on_duty(turns, KEEPER, at(10), takes_several=True)) == MOST_AT_ONCE
