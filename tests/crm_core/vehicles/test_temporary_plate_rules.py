"""A temporary plate has a last day, and no other plate has one."""

from datetime import date, timedelta

import pytest

from crm_core.spelling.plate import PlateKind
from crm_core.vehicles.temporary_plate_rules import LONGEST, must_warn, problem

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("kind", "until", "is_wrong"),
    [
        (PlateKind.TEMPORARY, TODAY + timedelta(days=15), False),
        (PlateKind.TEMPORARY, TODAY - timedelta(days=3), False),
        (PlateKind.TEMPORARY, None, True),
        (PlateKind.TEMPORARY, TODAY + LONGEST + timedelta(days=1), True),
        (PlateKind.ORDINARY, TODAY, True),
        (PlateKind.BY_HAND, None, False),
        (None, TODAY, True),
        (None, None, False),
    ],
)
def test_only_a_temporary_plate_has_a_last_day(kind: PlateKind | None, until: date | None, is_wrong: bool):
    assert (problem(kind, until, TODAY) is not None) is is_wrong


def test_the_desk_says_so_a_week_before_the_end_and_after_it():
    days = {left: must_warn(TODAY + timedelta(days=left), TODAY) for left in (8, 7, 0, -30)}
    assert days == {8: False, 7: True, 0: True, -30: True}
    assert not must_warn(None, TODAY)
