"""Which readings count, and which plates are alike."""

from datetime import timedelta

import pytest

from crm_core.arrivals.rules import GatePolicy, are_alike, is_believed, is_same, is_whole
from foundation import clock
from tests import factories as make

NOW = clock.at(make.MONDAY, 9)
POLICY = GatePolicy()


@pytest.mark.parametrize(("minutes", "expected"), [(0, True), (30, True), (31, False), (-5, True), (-6, False)])
def test_a_reading_is_of_now(minutes: int, expected: bool):
    assert is_believed(NOW - timedelta(minutes=minutes), NOW, POLICY) is expected


@pytest.mark.parametrize(("minutes", "expected"), [(0, True), (10, True), (11, False)])
def test_within_minutes_it_is_the_same_car(minutes: int, expected: bool):
    assert is_same(NOW, NOW + timedelta(minutes=minutes), POLICY) is expected


@pytest.mark.parametrize(
    ("plate", "expected"),
    [("粤BD1246", True), ("粤BO1245", True), ("粤BD1245", False), ("粤BD1254", False), ("粤BDD1245", False)],
)
def test_one_character_off_is_alike(plate: str, expected: bool):
    assert are_alike("粤BD1245", plate) is expected


def test_a_part_of_a_plate_is_no_reading():
    assert is_whole("粤BD1245")
    assert not is_whole("粤BD12")
