"""Which times can be promised: each reason by itself, and no refusal while any arrangement of the workshop has room."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.appointments.capacity_rules import (
    SlotRefusal,
    WantedWork,
    WorkshopDay,
    bay_free_at,
    bookable_places,
    check_slot,
    nearest_free,
    slot_starts,
    slots_of_day,
    with_queue,
)
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.appointments.seating_rules import Technician, Work, WorkshopBay
from crm_core.dealerships.bay_kind import BayKind
from foundation import clock

HOUSE = AppointmentPolicy()

DAY = date(2026, 11, 23)
EVENING_BEFORE = clock.at(date(2026, 11, 22), 20)
QUICK, GENERAL, EV = BayKind.QUICK, BayKind.GENERAL, BayKind.EV
HOUR_JOB = WantedWork(minutes=60, bay_kind=GENERAL)


def at(hour, minute=0):
    return clock.at(DAY, hour, minute)


def technician(number, *skills, since=None, until=None):
    return Technician(number, frozenset(skills), ((since or at(0), until or at(23, 59)),))


def workshop(advisors=4, bays=8):
    slots = tuple(slot_starts(at(8, 30), at(17, 30)))
    return WorkshopDay(
        slots=slots,
        closes_at=at(18),
        advisors=dict.fromkeys(slots, advisors),
        bays=tuple(WorkshopBay(i, GENERAL) for i in range(bays)),
        technicians=tuple(technician(i, GENERAL) for i in range(max(bays, 1))),
    )


def booked(day, starts_at, wanted):
    """The day after promising the slot; fails when it was not free."""
    answer = check_slot(starts_at, wanted, day, EVENING_BEFORE, HOUSE)
    assert answer.refusals == ()
    assert answer.bay_id is not None
    seated = (replace(one, bay_id=answer.moves.get(one.place_id, one.bay_id)) for one in day.work)
    new = replace(wanted.at(starts_at), bay_id=answer.bay_id, place_id=len(day.work))
    return replace(
        day,
        work=(*seated, new),
        arrivals={**day.arrivals, starts_at: day.arrivals.get(starts_at, 0) + 1},
    )


def busy_bays(day, instant):
    return len({work.bay_id for work in day.work if work.starts_at <= instant < work.ends_at})


def standing(bay_id, starts_at, ends_at, kind=GENERAL):
    """A car that stands in a bay and stays there."""
    return Work(starts_at, ends_at, kind, bay_id=bay_id, is_fixed=True)


def test_the_trade_example_of_a_morning():
    day = workshop()
    assert bookable_places(4, HOUSE) == 3
    for _ in range(3):
        day = booked(day, at(9), HOUR_JOB)
    fourth = check_slot(at(9), HOUR_JOB, day, EVENING_BEFORE, HOUSE)
    assert fourth.refusals == (SlotRefusal.ARRIVALS_FULL,)
    assert fourth.bay_id is not None
    assert at(9, 30) in [
        answer.starts_at for answer in nearest_free(slots_of_day(HOUR_JOB, day, EVENING_BEFORE, HOUSE), at(9))
    ]
    for _ in range(3):
        day = booked(day, at(9, 30), HOUR_JOB)
    assert busy_bays(day, at(9, 30)) == 6
    long_job = WantedWork(minutes=90, bay_kind=GENERAL)
    assert check_slot(at(9, 30), long_job, day, EVENING_BEFORE, HOUSE).refusals == (SlotRefusal.ARRIVALS_FULL,)
    assert 8 - busy_bays(day, at(10)) == 5
    day = booked(day, at(10), long_job)
    assert busy_bays(day, at(11)) == 1


def test_walk_in_places_are_never_promised():
    assert [bookable_places(advisors, HOUSE) for advisors in (0, 2, 4, 8)] == [0, 1, 3, 6]


def test_whoever_is_alone_on_shift_can_be_booked():
    assert bookable_places(1, HOUSE) == 1


def test_a_day_has_slots_from_opening_to_the_last_one():
    slots = slot_starts(at(8, 30), at(17, 30))
    assert (slots[0], slots[-1], len(slots)) == (at(8, 30), at(17, 30), 19)


def test_work_takes_whole_slots():
    assert bay_free_at(at(9), 31) == at(10)
    assert bay_free_at(at(9), 60) == at(10)


@pytest.mark.parametrize(
    ("change", "starts_at", "wanted", "refusal"),
    [
        ({"slots": ()}, (10, 0), {}, SlotRefusal.CLOSED),
        ({}, (10, 15), {}, SlotRefusal.CLOSED),
        ({"advisors": {}}, (10, 0), {}, SlotRefusal.ARRIVALS_FULL),
        ({}, (17, 30), {}, SlotRefusal.TOO_LATE_TO_FINISH),
        ({"technicians": (technician(1, GENERAL, EV),)}, (10, 0), {"bay_kind": EV}, SlotRefusal.NO_BAY),
        ({"bays": (WorkshopBay(1, EV),)}, (10, 0), {"bay_kind": EV}, SlotRefusal.NO_SKILL),
        ({"technicians": (technician(1, GENERAL, since=at(12)),)}, (10, 0), {}, SlotRefusal.NO_TECHNICIAN),
        ({}, (10, 0), {"is_part_missing": True}, SlotRefusal.NO_PARTS),
        ({}, (10, 0), {"is_part_missing": True, "parts_arrive_at": at(10)}, SlotRefusal.NO_PARTS),
    ],
)
def test_each_need_has_its_own_refusal(change, starts_at, wanted, refusal):
    answer = check_slot(
        at(*starts_at), replace(HOUR_JOB, **wanted), replace(workshop(), **change), EVENING_BEFORE, HOUSE
    )
    assert answer.refusals == (refusal,)
    assert refusal.sentence


def test_a_part_that_arrives_before_the_slot_is_ready():
    wanted = replace(HOUR_JOB, is_part_missing=True, parts_arrive_at=at(9))
    assert check_slot(at(10), wanted, workshop(), EVENING_BEFORE, HOUSE).is_free


def test_the_past_cannot_be_booked():
    assert check_slot(at(10), HOUR_JOB, workshop(), at(10), HOUSE).refusals == (SlotRefusal.PAST,)


def test_a_long_job_needs_one_bay_for_all_its_slots():
    day = replace(workshop(bays=2), work=(standing(0, at(9), at(10)), standing(1, at(10), at(11))))
    assert check_slot(at(9, 30), HOUR_JOB, day, EVENING_BEFORE, HOUSE).refusals == (SlotRefusal.NO_BAY,)


def test_a_job_goes_where_it_leaves_the_longest_gaps():
    day = replace(workshop(bays=2), work=(standing(1, at(9), at(10)),))
    assert check_slot(at(10), HOUR_JOB, day, EVENING_BEFORE, HOUSE).bay_id == 1


@given(st.lists(st.tuples(st.integers(0, 18), st.integers(5, 240)), max_size=60), st.integers(0, 8), st.integers(0, 6))
def test_no_order_of_bookings_overbooks_a_slot_or_a_bay(wishes, advisors, bays):
    day = workshop(advisors, bays)
    for slot, minutes in wishes:
        wanted = WantedWork(minutes=minutes, bay_kind=GENERAL)
        starts_at = day.slots[slot]
        if check_slot(starts_at, wanted, day, EVENING_BEFORE, HOUSE).is_free:
            day = booked(day, starts_at, wanted)
    assert all(count <= bookable_places(advisors, HOUSE) for count in day.arrivals.values())
    for bay in day.bays:
        times = sorted((work.starts_at, work.ends_at) for work in day.work if work.bay_id == bay.id)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(times))
    assert all(work.ends_at <= day.closes_at for work in day.work)


def test_a_quick_job_goes_into_a_general_bay_only_when_no_quick_one_is_free():
    day = replace(
        workshop(),
        bays=(WorkshopBay(1, GENERAL), WorkshopBay(2, QUICK)),
        technicians=tuple(technician(n, QUICK, GENERAL) for n in range(3)),
    )
    quick = WantedWork(minutes=30, bay_kind=QUICK)
    first = check_slot(at(10), quick, day, EVENING_BEFORE, HOUSE)
    assert (first.bay_id, first.places_left) == (2, 2)
    assert check_slot(at(10), quick, booked(day, at(10), quick), EVENING_BEFORE, HOUSE).bay_id == 1


def test_a_promised_car_is_seated_elsewhere_to_make_room_and_one_that_stands_there_is_not():
    both = replace(
        workshop(),
        bays=(WorkshopBay(1, GENERAL), WorkshopBay(2, QUICK)),
        technicians=tuple(technician(n, QUICK, GENERAL) for n in range(3)),
    )
    quick = Work(at(10), at(11), QUICK, bay_id=1, place_id=77)
    answer = check_slot(at(10), HOUR_JOB, replace(both, work=(quick,)), EVENING_BEFORE, HOUSE)
    assert (answer.bay_id, answer.moves) == (1, {77: 2})
    stands = replace(both, work=(replace(quick, is_fixed=True),))
    assert check_slot(at(10), HOUR_JOB, stands, EVENING_BEFORE, HOUSE).refusals == (SlotRefusal.NO_BAY,)


def test_technicians_are_heads_and_a_special_one_is_kept_for_whom_only_they_can_serve():
    day = replace(
        workshop(),
        bays=(*(WorkshopBay(n, GENERAL) for n in range(4)), WorkshopBay(9, EV)),
        technicians=(technician(1, GENERAL, EV), technician(2, GENERAL)),
    )
    electric = WantedWork(minutes=60, bay_kind=EV)
    day = booked(booked(day, at(10), electric), at(10), HOUR_JOB)
    assert check_slot(at(10), HOUR_JOB, day, EVENING_BEFORE, HOUSE).refusals == (SlotRefusal.NO_TECHNICIAN,)
    assert check_slot(at(11), HOUR_JOB, day, EVENING_BEFORE, HOUSE).places_left == 2


def test_a_car_that_overruns_pushes_the_next_promise_into_another_bay_and_blocks_what_is_left():
    late = standing(0, at(9), at(10, 30))
    promised = Work(at(10), at(11), GENERAL, bay_id=0, place_id=5)
    day = replace(workshop(bays=2), work=(late, promised))
    both = (SlotRefusal.NO_BAY, SlotRefusal.NO_TECHNICIAN)
    assert check_slot(at(10), HOUR_JOB, day, EVENING_BEFORE, HOUSE).refusals == both
    half = WantedWork(minutes=30, bay_kind=GENERAL)
    after = check_slot(at(10, 30), half, day, EVENING_BEFORE, HOUSE)
    assert (after.bay_id, after.moves) == (0, {5: 1})


def test_where_the_workshop_is_already_too_late_nothing_more_is_promised_at_that_time():
    late = [standing(number, at(9), at(10, 30)) for number in range(2)]
    promised = Work(at(10), at(11), GENERAL, bay_id=0, place_id=5)
    day = replace(workshop(bays=2), work=(*late, promised))
    half = WantedWork(minutes=30, bay_kind=GENERAL)
    assert check_slot(at(10, 30), half, day, EVENING_BEFORE, HOUSE).refusals == (SlotRefusal.NO_BAY,)
    assert check_slot(at(11), half, day, EVENING_BEFORE, HOUSE).moves == {5: None}


def test_cars_without_a_plan_take_the_first_room_there_is():
    day = replace(workshop(bays=1), work=(standing(0, at(9), at(10)),))
    day = with_queue(day, [(GENERAL, 60, "工单 0001"), (GENERAL, 30, "工单 0002")], at(9))
    assert [(work.starts_at, work.ends_at) for work in day.work[1:]] == [(at(10), at(11)), (at(11), at(11, 30))]
    assert check_slot(at(11), HOUR_JOB, day, at(8), HOUSE).refusals == (SlotRefusal.NO_BAY, SlotRefusal.NO_TECHNICIAN)


BAYS = st.lists(st.sampled_from([QUICK, GENERAL, EV]), min_size=1, max_size=4)
WISHES = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4), st.sampled_from([QUICK, GENERAL, EV])), max_size=7)
SKILLS = st.lists(st.sets(st.sampled_from([QUICK, GENERAL, EV]), min_size=1), min_size=1, max_size=3)
STANDING = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(1, 3)), max_size=2)


@settings(max_examples=300, deadline=None)
@given(BAYS, SKILLS, STANDING, WISHES)
def test_a_time_is_free_exactly_when_some_arrangement_of_all_cars_has_room(kinds, skills, there, wishes):
    day = replace(
        workshop(advisors=100),
        bays=tuple(WorkshopBay(number, kind) for number, kind in enumerate(kinds)),
        technicians=tuple(technician(number, *each) for number, each in enumerate(skills)),
    )
    fixed = {bay % len(kinds): (at(9) + slot * HALF, at(9) + (slot + length) * HALF) for bay, slot, length in there}
    cars = tuple(replace(standing(bay, *span, kinds[bay]), needs_technician=False) for bay, span in fixed.items())
    day = replace(day, work=cars)
    for slot, length, kind in wishes:
        wanted, starts_at = WantedWork(minutes=30 * length, bay_kind=kind), at(9) + slot * HALF
        is_possible = _has_bays([*day.work, wanted.at(starts_at)], day.bays) and _has_people(
            [*day.work, wanted.at(starts_at)], day.technicians
        )
        answer = check_slot(starts_at, wanted, day, EVENING_BEFORE, HOUSE)
        assert answer.is_free is is_possible
        if is_possible:
            day = booked(day, starts_at, wanted)


HALF = timedelta(minutes=30)


def _has_bays(work, bays):
    """Whether any of all ways to give the cars bays has no two in one bay at a time."""
    fits = [[one.bay_id] if one.is_fixed else [bay.id for bay in bays if bay.kind in one.kind.fitting] for one in work]
    return any(
        all(seats[a] != seats[b] or not work[a].meets(work[b]) for a in range(len(work)) for b in range(a))
        for seats in product(*fits)
    )


def _has_people(work, technicians):
    """Whether at every half hour the jobs can be given to different technicians with the skill."""
    for number in range(20):
        jobs = [w for w in work if w.needs_technician and w.starts_at <= at(9) + number * HALF < w.ends_at]
        if not any(
            all(job.kind in one.skills for job, one in zip(jobs, people, strict=True))
            for people in permutations(technicians, len(jobs))
        ):
            return False
    return True
