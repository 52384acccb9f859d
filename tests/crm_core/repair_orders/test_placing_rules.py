"""What speaks against a place on the board is said in full, and before anybody drops the job there."""

from dataclasses import replace
from datetime import date, timedelta

from crm_core.repair_orders.dispatch_rules import DispatchPolicy, Job, OpenJob, Technician
from crm_core.repair_orders.placing_rules import Spot, conflicts, warnings
from crm_core.repair_orders.rules import LineState, PauseReason
from foundation import clock

HOUSE = DispatchPolicy()
DAY = date(2026, 11, 28)
NOW = clock.at(DAY, 10, 5)
JOB = Job(id=1, minutes=60, skill="GENERAL", promised_at=clock.at(DAY, 12, 50))
LIU = Technician(1, "刘强", frozenset({"GENERAL"}), True, NOW, 41)
SPOT = Spot(
    technician=LIU,
    technician_hours=[(8 * 60 + 30, 17 * 60 + 30)],
    bay_id=5,
    bay_name="机电1",
    does_bay_suit=True,
    closed_because=None,
    store_hours=(8 * 60 + 30, 18 * 60),
    starts_at=clock.at(DAY, 11),
    is_chosen=True,
)
OTHER = OpenJob(
    line_id=2,
    repair_order_id=70,
    name="大保养",
    technician_id=9,
    bay_id=5,
    state=LineState.ASSIGNED,
    pause_reason=None,
    planned_starts_at=clock.at(DAY, 11, 30),
    planned_ends_at=clock.at(DAY, 12, 30),
    minutes=60,
    clocked_minutes=0,
    fail_count=0,
    parts_expected_at=None,
)


def _said(spot: Spot, *jobs: OpenJob, job: Job = JOB) -> list[str]:
    return [each.sentence for each in conflicts(job, 7, spot, jobs, NOW, HOUSE)]


def test_a_free_place_has_nothing_against_it():
    assert _said(SPOT) == []


def test_the_technician_must_be_able_and_there():
    assert _said(replace(SPOT, technician=replace(LIU, skills=frozenset()))) == ["刘强没有这项技能，不能派"]
    electric = replace(JOB, needs_ev_certificate=True)
    assert _said(SPOT, job=electric) == ["刘强没有新能源证，不能派"]
    away = replace(SPOT, technician=replace(LIU, is_on_shift=False), technician_hours=[])
    assert _said(away) == ["刘强今天不在班，不能派"]
    tomorrow = replace(away, starts_at=clock.at(DAY + timedelta(days=1), 11))
    assert _said(tomorrow) == ["刘强那天不在班，不能派"]
    early = replace(SPOT, technician_hours=[(13 * 60, 18 * 60)])
    assert _said(early) == ["刘强13:00 到 18:00 上班，那时不在"]


def test_the_bay_must_be_open_and_of_the_kind():
    assert _said(replace(SPOT, does_bay_suit=False)) == ["机电1不能做这个项目"]
    assert _said(replace(SPOT, closed_because="举升机检修")) == ["机电1停用：举升机检修"]
    assert _said(replace(SPOT, store_hours=None)) == ["那时门店不营业"]


def test_another_car_in_the_bay_is_named_with_its_times():
    assert _said(SPOT, OTHER) == ["机电1 11:30 到 12:30 有别的车在做大保养"]
    assert _said(SPOT, replace(OTHER, repair_order_id=7)) == [], "several may work on one car"
    assert _said(replace(SPOT, starts_at=clock.at(DAY, 10, 30)), OTHER) == [], "one after the other"


def test_a_time_that_is_not_todays_is_said_with_its_day():
    since_yesterday = replace(
        OTHER,
        state=LineState.WORKING,
        planned_starts_at=clock.at(DAY - timedelta(days=1), 16, 23),
        planned_ends_at=clock.at(DAY, 11, 11),
        minutes=180,
        clocked_minutes=54,
    )
    assert _said(SPOT, since_yesterday) == ["机电1 11月27日 16:23 到今天 12:11 有别的车在做大保养"]
    over_night = replace(since_yesterday, planned_starts_at=clock.at(DAY, 9), parts_expected_at=None, minutes=1054)
    assert _said(SPOT, over_night) == ["机电1 09:00 到 11月29日 02:45 有别的车在做大保养"]


def test_a_technician_is_on_one_job_at_a_time_and_a_late_one_holds_them_longer():
    own = replace(OTHER, technician_id=LIU.id, bay_id=6)
    assert _said(SPOT, own) == ["刘强 11:30 到 12:30 已排大保养"]
    running = replace(
        own,
        state=LineState.WORKING,
        clocked_minutes=65,
        planned_starts_at=clock.at(DAY, 9),
        planned_ends_at=clock.at(DAY, 10),
    )
    soon = replace(SPOT, starts_at=clock.at(DAY, 10, 10))
    assert _said(soon, running) == ["刘强 09:00 到 10:20 已排大保养"], "its plan is over, the clock goes on"
    rests = replace(running, state=LineState.PAUSED, pause_reason=PauseReason.OTHER)
    assert _said(soon, rests) == [], "a paused job leaves its technician free"
    assert _said(SPOT, replace(own, line_id=JOB.id)) == [], "its own old place is not in its way"


def test_a_computed_time_is_not_held_against_hours():
    computed = replace(SPOT, is_chosen=False, starts_at=clock.at(DAY, 20))
    assert _said(computed) == []


def test_what_one_should_know_is_not_a_conflict():
    late = replace(SPOT, starts_at=clock.at(DAY, 17))
    booked = (clock.at(DAY, 17, 30), clock.at(DAY, 18), "小保养")
    assert warnings(JOB, late, [booked]) == ("会晚 5 小时", "要做到 18:00，过了刘强下班时间", "17:30 有预约 小保养")
    assert warnings(JOB, SPOT, [booked]) == ()
