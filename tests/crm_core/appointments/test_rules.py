from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.appointments.rules import (
    MOVES,
    AppointmentPolicy,
    AppointmentState,
    BusyTime,
    ReminderKind,
    SlotRefusal,
    WantedWork,
    WorkshopBay,
    WorkshopDay,
    bay_free_at,
    bookable_places,
    check_slot,
    choose_reminders,
    confirm_due_at,
    may_arrive_after_no_show,
    may_owner_cancel,
    nearest_free,
    needs_advisor_to_confirm,
    no_show_at,
    owner_reschedule_refusal,
    slot_starts,
    slots_of_day,
    unconfirmed_expires_at,
)
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

HOUSE = AppointmentPolicy()

DAY = date(2026, 11, 23)
EVENING_BEFORE = clock.at(date(2026, 11, 22), 20)
HOUR_JOB = WantedWork(minutes=60, bay_kind="GENERAL")


def at(hour, minute=0):
    return clock.at(DAY, hour, minute)


def workshop(advisors=4, bays=8):
    slots = tuple(slot_starts(at(8, 30), at(17, 30)))
    return WorkshopDay(
        slots=slots,
        closes_at=at(18),
        advisors=dict.fromkeys(slots, advisors),
        bays=tuple(WorkshopBay(i, "GENERAL") for i in range(bays)),
        skills_on_shift=frozenset({"GENERAL"}),
    )


def booked(day, starts_at, wanted):
    """The day after promising the slot; fails when it was not free."""
    answer = check_slot(starts_at, wanted, day, EVENING_BEFORE, HOUSE)
    assert answer.refusals == ()
    assert answer.bay_id is not None
    return replace(
        day,
        busy=(*day.busy, BusyTime(answer.bay_id, starts_at, bay_free_at(starts_at, wanted.minutes))),
        arrivals={**day.arrivals, starts_at: day.arrivals.get(starts_at, 0) + 1},
    )


def busy_bays(day, instant):
    return len({busy.bay_id for busy in day.busy if busy.starts_at <= instant < busy.ends_at})


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
    long_job = WantedWork(minutes=90, bay_kind="GENERAL")
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
        ({}, (10, 0), {"bay_kind": "EV"}, SlotRefusal.NO_BAY),
        ({}, (10, 0), {"skills": frozenset({"EV"})}, SlotRefusal.NO_SKILL),
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
    day = replace(workshop(bays=2), busy=(BusyTime(0, at(9), at(10)), BusyTime(1, at(10), at(11))))
    assert check_slot(at(9, 30), HOUR_JOB, day, EVENING_BEFORE, HOUSE).refusals == (SlotRefusal.NO_BAY,)


def test_a_job_goes_where_it_leaves_the_longest_gaps():
    day = replace(workshop(bays=2), busy=(BusyTime(1, at(9), at(10)),))
    assert check_slot(at(10), HOUR_JOB, day, EVENING_BEFORE, HOUSE).bay_id == 1


@given(st.lists(st.tuples(st.integers(0, 18), st.integers(5, 240)), max_size=60), st.integers(0, 8), st.integers(0, 6))
def test_no_order_of_bookings_overbooks_a_slot_or_a_bay(wishes, advisors, bays):
    day = workshop(advisors, bays)
    for slot, minutes in wishes:
        wanted = WantedWork(minutes=minutes, bay_kind="GENERAL")
        starts_at = day.slots[slot]
        if check_slot(starts_at, wanted, day, EVENING_BEFORE, HOUSE).is_free:
            day = booked(day, starts_at, wanted)
    assert all(count <= bookable_places(advisors, HOUSE) for count in day.arrivals.values())
    for bay in day.bays:
        times = sorted((b.starts_at, b.ends_at) for b in day.busy if b.bay_id == bay.id)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(times))
    assert all(busy.ends_at <= day.closes_at for busy in day.busy)


def test_owners_move_an_appointment_twice_until_two_hours_before():
    assert owner_reschedule_refusal(at(10), 1, at(8), HOUSE) is None
    assert owner_reschedule_refusal(at(10), 1, at(8, 1), HOUSE) is not None
    assert owner_reschedule_refusal(at(10), 2, EVENING_BEFORE, HOUSE) is not None


def test_owners_cancel_until_the_slot_starts():
    assert may_owner_cancel(at(10), at(9, 59))
    assert not may_owner_cancel(at(10), at(10))


def test_a_no_show_is_told_half_an_hour_after_the_slot_ends():
    assert no_show_at(at(10), HOUSE) == at(11)
    assert may_arrive_after_no_show(at(10), at(23, 59))
    assert not may_arrive_after_no_show(at(10), at(23, 59) + timedelta(minutes=1))


def test_three_no_shows_in_half_a_year_need_an_advisor():
    recent = [at(10) - timedelta(days=days) for days in (10, 100, 180)]
    assert needs_advisor_to_confirm(recent, at(10), HOUSE)
    assert not needs_advisor_to_confirm([*recent[:2], at(10) - timedelta(days=181)], at(10), HOUSE)


@pytest.mark.parametrize(
    ("requested_at", "answered_by", "lapses_at"),
    [
        (EVENING_BEFORE, clock.at(date(2026, 11, 22), 22), at(8)),
        (at(7), at(8), at(8)),
        (at(8), at(9), at(10)),
        (at(9), at(9, 30), at(10)),
        (at(9, 40), at(9, 50), at(10)),
    ],
)
def test_a_request_is_answered_before_it_lapses_and_lapses_before_the_arrival(requested_at, answered_by, lapses_at):
    assert confirm_due_at(at(10), requested_at, HOUSE) == answered_by
    assert unconfirmed_expires_at(at(10), answered_by, HOUSE) == lapses_at


@pytest.mark.parametrize(
    ("booked_at", "accepts", "kinds"),
    [
        (clock.at(date(2026, 11, 21), 10), 1, [ReminderKind.DAY_BEFORE]),
        (clock.at(date(2026, 11, 21), 10), 2, [ReminderKind.DAY_BEFORE, ReminderKind.HOURS_BEFORE]),
        (clock.at(date(2026, 11, 22), 18), 1, [ReminderKind.HOURS_BEFORE]),
        (clock.at(DAY, 8), 1, []),
    ],
)
def test_one_accept_buys_one_reminder_at_the_best_moment(booked_at, accepts, kinds):
    reminders = choose_reminders(at(9, 30), booked_at, accepts_left=accepts, policy=HOUSE)
    assert [reminder.kind for reminder in reminders] == kinds


def test_reminders_come_the_evening_before_or_two_hours_before():
    both = choose_reminders(at(9, 30), clock.at(date(2026, 11, 21), 10), accepts_left=2, policy=HOUSE)
    assert [reminder.at for reminder in both] == [clock.at(date(2026, 11, 22), 18), at(7, 30)]


def test_a_converted_appointment_never_moves_again():
    with pytest.raises(IllegalMove):
        next_state(MOVES, AppointmentState.CONVERTED, "cancel")
    assert next_state(MOVES, AppointmentState.NO_SHOW, "arrive") is AppointmentState.ARRIVED
