"""When a begun job will be over: what is left of its time, from now or from when it can go on."""

from dataclasses import replace
from datetime import date

import pytest

from crm_core.repair_orders.dispatch_rules import (
    DispatchPolicy,
    OpenJob,
    bay_busy_until,
    expected_end,
    stands_in_bay,
    technician_busy_until,
)
from crm_core.repair_orders.remaining_rules import remaining_minutes
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import clock

HOUSE = DispatchPolicy()
DAY = date(2026, 11, 28)
NOW = clock.at(DAY, 11, 41)
RUNNING = OpenJob(
    line_id=2,
    repair_order_id=70,
    name="大保养",
    technician_id=9,
    bay_id=5,
    state=LineState.WORKING,
    pause_reason=None,
    planned_starts_at=clock.at(DAY, 10),
    planned_ends_at=clock.at(DAY, 11, 30),
    minutes=90,
    clocked_minutes=27,
    fail_count=0,
    parts_expected_at=None,
)
WAITS_FOR_PARTS = replace(
    RUNNING,
    state=LineState.PAUSED,
    pause_reason=PauseReason.WAIT_PARTS,
    parts_expected_at=clock.at(DAY, 15),
)
WAITS_FOR_OWNER = replace(RUNNING, state=LineState.PAUSED, pause_reason=PauseReason.WAIT_OWNER, clocked_minutes=38)


@pytest.mark.parametrize(
    ("job", "hour", "minute"),
    [
        pytest.param(RUNNING, 12, 44, id="63 minutes are left of it, whatever was planned"),
        pytest.param(replace(RUNNING, clocked_minutes=80), 11, 51, id="it may end before its plan"),
        pytest.param(replace(RUNNING, clocked_minutes=95), 11, 56, id="over its time: a little more from now"),
        pytest.param(WAITS_FOR_PARTS, 16, 3, id="63 minutes from when the part comes"),
        pytest.param(replace(WAITS_FOR_PARTS, parts_expected_at=clock.at(DAY, 9)), 12, 44, id="the part is overdue"),
        pytest.param(replace(WAITS_FOR_PARTS, parts_expected_at=None), 12, 44, id="no date: reckoned from now"),
        pytest.param(WAITS_FOR_OWNER, 12, 33, id="an answer may come now"),
        pytest.param(
            replace(RUNNING, state=LineState.QC_FAIL, fail_count=1, clocked_minutes=0), 12, 26, id="half of it again"
        ),
        pytest.param(replace(RUNNING, fail_count=1, clocked_minutes=20), 12, 6, id="25 minutes of the rework are left"),
        pytest.param(
            replace(RUNNING, state=LineState.ASSIGNED, planned_starts_at=NOW, planned_ends_at=clock.at(DAY, 13, 11)),
            13,
            11,
            id="not begun: as planned",
        ),
    ],
)
def test_a_job_ends_when_what_is_left_of_it_is_done(job: OpenJob, hour: int, minute: int) -> None:
    assert expected_end(job, NOW, HOUSE) == clock.at(DAY, hour, minute)


def test_a_second_failure_adds_no_more_than_the_work_done_again() -> None:
    assert remaining_minutes(replace(RUNNING, state=LineState.QC_FAIL, fail_count=2, clocked_minutes=10)) == 45
    assert remaining_minutes(replace(RUNNING, fail_count=2, clocked_minutes=70)) == 20


def test_a_car_that_waits_for_parts_takes_no_bay_until_they_come() -> None:
    assert stands_in_bay(WAITS_FOR_PARTS, NOW, HOUSE) == (clock.at(DAY, 15), clock.at(DAY, 16, 3))
    assert stands_in_bay(WAITS_FOR_OWNER, NOW, HOUSE) == (clock.at(DAY, 10), clock.at(DAY, 12, 33))
    assert bay_busy_until([WAITS_FOR_PARTS], 5, NOW, HOUSE) == clock.at(DAY, 11, 30)
    assert bay_busy_until([WAITS_FOR_OWNER], 5, NOW, HOUSE) == clock.at(DAY, 12, 33)


def test_a_technician_whose_job_rests_can_be_given_another_and_a_plan_is_kept_to_its_end() -> None:
    assert technician_busy_until([WAITS_FOR_PARTS, WAITS_FOR_OWNER], 9, NOW, HOUSE) == clock.at(DAY, 11, 30)
    quick = replace(RUNNING, clocked_minutes=85, planned_ends_at=clock.at(DAY, 12))
    assert expected_end(quick, NOW, HOUSE) == clock.at(DAY, 11, 46)
    assert technician_busy_until([quick], 9, NOW, HOUSE) == clock.at(DAY, 12)
