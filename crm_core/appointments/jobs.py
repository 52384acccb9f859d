"""What the clock does: each job looks in the database for what is due and calls the verb on each."""

from datetime import timedelta

from crm_core.appointments import notices, rules, service
from crm_core.appointments.models import Appointment, AppointmentState
from foundation import clock, database
from foundation.jobs import job

BATCH = 200
"""Appointments handled by one run; the next beat takes the rest."""


@job("appointments.release_holds")
async def release_holds() -> None:
    """Give back places held and not booked; they stopped counting when they ran out, this only sweeps."""
    # One that a booking is just taking over is left to it.
    await database.execute(
        "DELETE FROM appointment_place WHERE id IN ("
        "  SELECT id FROM appointment_place WHERE held_until <= $1 FOR UPDATE SKIP LOCKED)",
        clock.now(),
    )


@job("appointments.expire_unconfirmed")
async def expire_unconfirmed() -> None:
    """Let requests lapse that nobody answered two hours before the slot."""
    soon = clock.now() + timedelta(minutes=rules.DEFAULT_POLICY.expires_minutes_before)
    waiting = await Appointment.filter(state=AppointmentState.REQUESTED, starts_at__lte=soon).limit(BATCH)
    for appointment in waiting:
        if rules.unconfirmed_expires_at(appointment.starts_at, appointment.confirm_by) <= clock.now():
            await service.expire(appointment.id)


@job("appointments.mark_no_shows")
async def mark_no_shows() -> None:
    """Owners who have not come thirty minutes after their slot ended."""
    confirmed = await Appointment.filter(
        state=AppointmentState.CONFIRMED, starts_at__lte=clock.now() - timedelta(minutes=30)
    ).limit(BATCH)
    for appointment in confirmed:
        if rules.no_show_at(appointment.starts_at) <= clock.now():
            await service.mark_no_show(appointment.id)


@job("appointments.end_unserved")
async def end_unserved() -> None:
    """Cars that came on an earlier day and were never taken in: they would keep their owners from booking again."""
    arrived = await Appointment.filter(state=AppointmentState.ARRIVED, arrived_at__lt=clock.at(clock.today())).limit(
        BATCH
    )
    for appointment in arrived:
        await service.end_unserved(appointment.id)


@job("appointments.remind")
async def remind() -> None:
    """Send the reminders that have become due; the message's own key makes each go out once."""
    horizon = clock.now() + timedelta(days=2)
    confirmed = await Appointment.filter(
        state=AppointmentState.CONFIRMED, starts_at__gt=clock.now(), starts_at__lte=horizon
    ).order_by("starts_at")
    for appointment in confirmed:
        due = rules.choose_reminders(appointment.starts_at, appointment.confirmed_at or appointment.created_at)
        if any(reminder.at <= clock.now() for reminder in due):
            async with database.transaction():
                await notices.remind(appointment)
