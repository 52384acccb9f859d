"""Whether a promise can be kept is reckoned from the work that is left, and what holds it up is named."""

from dataclasses import replace
from datetime import date, timedelta

from crm_core.repair_orders.risk_rules import REASONS, LineAtWork, Outlook, Risk, outlook
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import clock

DAY = date(2026, 11, 28)
NOW = clock.at(DAY, 10, 5)
PROMISED = clock.at(DAY, 11, 30)
WORKING = LineAtWork("小保养", LineState.WORKING, None, 60, 30, 0, clock.at(DAY, 10, 35), None)


def _seen(*lines: LineAtWork, waits_for_decision: bool = False) -> Outlook | None:
    return outlook(lines, PROMISED, NOW, waits_for_decision=waits_for_decision, overrun_minutes=15)


def test_what_will_be_ready_is_not_at_risk():
    assert _seen(WORKING) is None
    assert _seen(replace(WORKING, state=LineState.QC_OK)) is None


def test_work_that_takes_longer_is_reckoned_from_now():
    late = _seen(replace(WORKING, minutes=120))
    assert late == Outlook(Risk.OVERRUN, ("小保养",), clock.at(DAY, 11, 50), 20)
    over = replace(WORKING, clocked_minutes=90)
    assert _seen(over) is None, "a job over its time needs a little more, and the promise still holds"


def test_a_part_without_a_date_leaves_the_end_open():
    rests = replace(WORKING, state=LineState.PAUSED, pause_reason=PauseReason.WAIT_PARTS)
    assert _seen(rests) == Outlook(Risk.PARTS, ("小保养",), None, 0)
    dated = _seen(replace(rests, parts_expected_at=clock.at(DAY, 13)))
    assert dated == Outlook(Risk.PARTS, ("小保养",), clock.at(DAY, 13, 45), 135)


def test_an_owner_who_has_not_decided_holds_it_up_before_anything_else():
    proposed = replace(WORKING, name="前刹车片", state=LineState.PROPOSED)
    seen = _seen(WORKING, proposed, waits_for_decision=True)
    assert seen == Outlook(Risk.OWNER, ("前刹车片",), None, 0)


def test_what_nobody_has_and_what_failed_is_named():
    undispatched = replace(WORKING, state=LineState.AUTHORISED, minutes=90, clocked_minutes=0, planned_ends_at=None)
    assert _seen(undispatched) == Outlook(Risk.DISPATCH, ("小保养",), clock.at(DAY, 11, 50), 20)
    failed = replace(undispatched, state=LineState.QC_FAIL, fail_count=1, minutes=180)
    seen = _seen(failed)
    assert seen is not None
    assert seen.risk is Risk.REWORK


def test_a_car_before_the_final_inspection_is_late_once_the_promise_is_near():
    done = replace(WORKING, state=LineState.DONE)
    assert _seen(done) is None
    seen = outlook([done], NOW + timedelta(minutes=5), NOW, waits_for_decision=False, overrun_minutes=15)
    assert seen is not None
    assert (seen.risk, seen.late_minutes) == (Risk.QUALITY, 10)


def test_each_reason_fits_into_a_message():
    assert all(len(reason) <= 6 for reason in REASONS.values())
    assert REASONS.keys() == set(Risk)
