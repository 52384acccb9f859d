"""A day of the calendar says whether it has room, and when it has none, what stands in the way all day long."""

from datetime import timedelta

import pytest

from crm_core.appointments.calendar_rules import beyond_reach, room_of_day
from crm_core.appointments.capacity_rules import SlotAnswer, SlotRefusal
from tests import factories as make

R = SlotRefusal


def _day(*refusals: tuple[SlotRefusal, ...]) -> list[SlotAnswer]:
    start = make.slot(8, 30)
    return [
        SlotAnswer(start + n * timedelta(minutes=30), 0 if each else 1, None if each else 7, each)
        for n, each in enumerate(refusals)
    ]


def test_a_day_with_one_free_start_has_room_from_then_on():
    room = room_of_day(make.MONDAY, _day((R.PAST,), (R.ARRIVALS_FULL,), (), ()))
    assert (room.has_room, room.free_starts, room.first_free, room.reason) == (True, 2, make.slot(9, 30), None)


@pytest.mark.parametrize(
    ("refusals", "says"),
    [
        ([], "门店当天休息。"),
        ([(R.PAST,), (R.PAST, R.TOO_LATE_TO_FINISH)], "当天的时间已经过了。"),
        ([(R.PAST,), (R.ARRIVALS_FULL, R.NO_SKILL), (R.NO_SKILL,)], "当天没有能做这项的技师。"),
        ([(R.ARRIVALS_FULL,), (R.TOO_LATE_TO_FINISH,)], "当天已约满。"),
        ([(R.NO_PARTS,), (R.NO_PARTS, R.NO_BAY)], "当天配件还没到。"),
    ],
)
def test_a_day_without_room_says_what_stands_against_every_start_still_to_come(
    refusals: list[tuple[SlotRefusal, ...]], says: str
):
    room = room_of_day(make.MONDAY, _day(*refusals))
    assert (room.has_room, room.free_starts, room.reason) == (False, 0, says)


def test_a_day_nobody_is_promised_yet_says_so():
    assert beyond_reach(make.MONDAY).reason == "还不能约这么远。"
