"""Whether a promise can be kept is reckoned from the work that is left, and what holds it up is named."""

from dataclasses import replace
from datetime import date, timedelta

from crm_core.dealerships.hours.open_time import OpenTime
from crm_core.repair_orders.risk_rules import REASONS, House, LineAtWork, Outlook, Risk, expected_finish, outlook
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import clock

DAY = date(2026, 11, 28)
NOW = clock.at(DAY, 10, 5)
PROMISED = clock.at(DAY, 11, 30)
OPEN = OpenTime(tuple((clock.at(day, 8, 30), clock.at(day, 18)) for day in (DAY, DAY + timedelta(days=2))))
HOUSE = House(OPEN, overrun_minutes=15)
WORKING = LineAtWork("小保养", LineState.WORKING, None, 60, 30, 0, clock.at(DAY, 10, 35), None)


def _seen(*lines: LineAtWork, waits_for_decision: bool = False) -> Outlook | None:
    return outlook(lines, PROMISED, NOW, waits_for_decision=waits_for_decision, house=HOUSE)


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
    seen = outlook([done], NOW + timedelta(minutes=5), NOW, waits_for_decision=False, house=HOUSE)
    assert seen is not None
    assert (seen.risk, seen.late_minutes) == (Risk.QUALITY, 10)


def test_a_pause_and_a_car_that_has_passed_are_named_for_what_they_are():
    rests = replace(WORKING, state=LineState.PAUSED, pause_reason=PauseReason.OTHER, minutes=120)
    asks = replace(rests, pause_reason=PauseReason.WAIT_OWNER)
    passed = replace(WORKING, state=LineState.QC_OK)
    given = replace(WORKING, state=LineState.ASSIGNED, clocked_minutes=0, minutes=120)
    for line, promised_at, risk in (
        (rests, PROMISED, Risk.REST),
        (asks, PROMISED, Risk.OWNER),
        (passed, NOW, Risk.READYING),
        (given, PROMISED, Risk.QUEUE),
    ):
        seen = outlook([line], promised_at, NOW, waits_for_decision=False, house=HOUSE)
        assert seen is not None
        assert seen.risk is risk


def test_nobody_works_while_the_store_is_shut():
    evening = clock.at(DAY, 17)
    assert expected_finish([replace(WORKING, minutes=120)], evening, HOUSE) == clock.at(DAY + timedelta(days=2), 9, 15)
    part_at_night = replace(
        WORKING, state=LineState.PAUSED, pause_reason=PauseReason.WAIT_PARTS, parts_expected_at=clock.at(DAY, 20)
    )
    assert expected_finish([part_at_night], NOW, HOUSE) == clock.at(DAY + timedelta(days=2), 9, 15)


def test_each_reason_fits_into_a_message():
    assert all(len(reason) <= 6 for reason in REASONS.values())
    assert REASONS.keys() == set(Risk)
