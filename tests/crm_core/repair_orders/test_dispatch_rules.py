from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_core.repair_orders.dispatch_rules import DispatchPolicy, Job, Technician, rank_jobs, rank_technicians
from foundation import clock

HOUSE = DispatchPolicy()

DAY = date(2026, 11, 23)
NOW = clock.at(DAY, 11, 6)
JOB = Job(id=1, minutes=60, skill="GENERAL", promised_at=clock.at(DAY, 12, 50))
LIU = Technician(1, "刘强", frozenset({"GENERAL"}), True, clock.at(DAY, 11, 10), 41, "快保1")
ZHOU = Technician(2, "周涛", frozenset({"GENERAL"}), True, clock.at(DAY, 12, 0), 30, "机电1")


def test_the_first_choice_explains_itself():
    first = rank_technicians(JOB, [ZHOU, LIU], NOW, HOUSE)[0]
    assert first.technician_id == LIU.id
    assert first.sentence == "刘强 · 快保1 11:10 开始"
    lightest = rank_technicians(JOB, [LIU, replace(ZHOU, load_percent=55)], NOW, HOUSE)[0]
    assert lightest.reasons == ("技能 ✓", "在班 ✓", "12:50 前能完 ✓", "今天负荷最低 41%")


def test_keeping_the_promise_comes_before_an_even_load():
    second = rank_technicians(JOB, [LIU, ZHOU], NOW, HOUSE)[1]
    assert second.late_minutes == 10
    assert second.sentence == "周涛 · 机电1 12:00 开始，会晚 10 分钟"


def test_who_cannot_do_it_comes_last_with_the_reason():
    job = replace(JOB, needs_ev_certificate=True)
    ranked = rank_technicians(job, [ZHOU, replace(LIU, has_ev_certificate=True, load_percent=99)], NOW, HOUSE)
    assert [choice.is_eligible for choice in ranked] == [True, False]
    assert ranked[1].sentence == "周涛没有新能源证，不能派"
    assert rank_technicians(JOB, [replace(LIU, is_on_shift=False)], NOW, HOUSE)[0].sentence == "刘强今天不在班，不能派"
    assert (
        rank_technicians(JOB, [replace(LIU, skills=frozenset())], NOW, HOUSE)[0].sentence == "刘强没有这项技能，不能派"
    )
    assert rank_technicians(JOB, [replace(LIU, load_percent=100)], NOW, HOUSE)[0].sentence == "刘强今天已排满，不能派"


def test_a_comeback_goes_to_who_did_it_unless_they_failed_twice():
    busier = replace(ZHOU, free_at=NOW, load_percent=80)
    job = replace(JOB, comeback_technician_id=busier.id, comeback_failures=1)
    assert rank_technicians(job, [LIU, busier], NOW, HOUSE)[0].technician_id == busier.id
    job = replace(job, comeback_failures=2)
    assert rank_technicians(job, [LIU, busier], NOW, HOUSE)[0].technician_id == LIU.id


def test_among_equals_the_nearest_bay_wins():
    far, near = replace(LIU, bay_distance=5), replace(LIU, id=9, bay_distance=1)
    assert rank_technicians(JOB, [far, near], NOW, HOUSE)[0].technician_id == 9


def test_jobs_queue_by_slack_then_waiting_owner_then_appointment_then_vip():
    relaxed = replace(JOB, id=2, promised_at=JOB.promised_at + timedelta(hours=2), waits_on_site=True)
    waiting = replace(JOB, id=3, waits_on_site=True)
    booked = replace(JOB, id=4, has_appointment=True)
    vip = replace(JOB, id=5, is_vip=True)
    ranked = rank_jobs([relaxed, JOB, vip, booked, waiting], NOW)
    assert [job.id for job in ranked] == [3, 4, 5, 1, 2]


technicians = st.lists(
    st.builds(
        Technician,
        id=st.integers(1, 50),
        name=st.just("张"),
        skills=st.sampled_from([frozenset({"GENERAL"}), frozenset()]),
        is_on_shift=st.booleans(),
        free_at=st.integers(0, 300).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        load_percent=st.integers(0, 120),
        bay_distance=st.integers(0, 9),
    ),
    max_size=8,
    unique_by=lambda technician: technician.id,
)


@given(technicians)
def test_nobody_is_forgotten_and_nobody_unfit_outranks_the_fit(people):
    ranked = rank_technicians(JOB, people, NOW, HOUSE)
    assert sorted(choice.technician_id for choice in ranked) == sorted(person.id for person in people)
    fitness = [choice.is_eligible for choice in ranked]
    assert fitness == sorted(fitness, reverse=True)
    late = [choice.late_minutes for choice in ranked if choice.is_eligible]
    assert late == sorted(late)
