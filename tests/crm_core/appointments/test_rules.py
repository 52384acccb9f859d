from datetime import date, timedelta

import pytest

from crm_core.appointments.rules import (
    MOVES,
    AppointmentPolicy,
    AppointmentState,
    ReminderKind,
    choose_reminders,
    confirm_due_at,
    may_arrive_after_no_show,
    may_owner_cancel,
    needs_advisor_to_confirm,
    no_show_at,
    owner_reschedule_refusal,
    unconfirmed_expires_at,
)
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

HOUSE = AppointmentPolicy()

DAY = date(2026, 11, 23)
EVENING_BEFORE = clock.at(date(2026, 11, 22), 20)


def at(hour, minute=0):
    return clock.at(DAY, hour, minute)


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
