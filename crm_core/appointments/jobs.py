"""The periodic jobs of appointments: each finds what is due in the database and calls a verb for each of them."""

from datetime import timedelta

from crm_core.appointments import notices, parts_held, rules, service
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.messaging.allowances import left_of
from crm_core.policies.current import in_store, per_store
from foundation import clock, database
from foundation.jobs import job

BATCH = 200
"""Appointments handled by one run; the next run takes the rest."""


@job("appointments.expire_unconfirmed")
async def expire_unconfirmed() -> None:
    """Expire requests that nobody answered within the store's time limit."""
    policies = await per_store(AppointmentPolicy)
    waiting = await database.fetch(
        "SELECT id, store_id, starts_at, confirm_by FROM appointment WHERE state = $1 "
        f"AND starts_at <= $2::timestamptz + make_interval(mins => {in_store('$3', 'store_id')}) "
        f"ORDER BY starts_at LIMIT {BATCH}",
        AppointmentState.REQUESTED.value,
        clock.now(),
        policies.as_json("expires_minutes_before"),
    )
    for row in waiting:
        policy = policies.of(row["store_id"])
        if rules.unconfirmed_expires_at(row["starts_at"], row["confirm_by"], policy) <= clock.now():
            await service.expire(row["id"])


@job("appointments.mark_no_shows")
async def mark_no_shows() -> None:
    """Mark owners as no-shows who have not come within the store's waiting time after the end of their slot."""
    policies = await per_store(AppointmentPolicy)
    patience = in_store("$3", "store_id")
    confirmed = await database.fetch(
        "SELECT id, store_id, starts_at FROM appointment WHERE state = $1 "
        f"AND starts_at <= $2::timestamptz - make_interval(mins => {rules.SLOT_MINUTES} + {patience}) "
        f"ORDER BY starts_at LIMIT {BATCH}",
        AppointmentState.CONFIRMED.value,
        clock.now(),
        policies.as_json("no_show_after_slot_end_minutes"),
    )
    for row in confirmed:
        if rules.no_show_at(row["starts_at"], policies.of(row["store_id"])) <= clock.now():
            await service.mark_no_show(row["id"])


@job("appointments.end_unserved")
async def end_unserved() -> None:
    """End appointments of cars that came on an earlier day but got no repair order, so that they can be booked
    again.
    """
    arrived = await Appointment.filter(state=AppointmentState.ARRIVED, arrived_at__lt=clock.at(clock.today())).limit(
        BATCH
    )
    for appointment in arrived:
        await service.end_unserved(appointment.id)


@job("appointments.remind")
async def remind() -> None:
    """Send the reminders that are due: the one of the evening before, and that of the day itself if the owner has given
    another accept or booked too late for the first. The dedupe key of the message makes sure that each is sent once.
    """
    horizon, policies = clock.now() + timedelta(days=2), await per_store(AppointmentPolicy)
    confirmed = await Appointment.filter(
        state=AppointmentState.CONFIRMED, starts_at__gt=clock.now(), starts_at__lte=horizon
    ).order_by("starts_at")
    for appointment in confirmed:
        policy = policies.of(appointment.store_id)
        since = appointment.confirmed_at or appointment.created_at
        # The first reminder has used an accept already, so the second one needs another that is left.
        accepts = 1 + await left_of(appointment.customer_id, notices.REMINDER)
        due = rules.choose_reminders(appointment.starts_at, since, accepts_left=accepts, policy=policy)
        now_due = [reminder.kind for reminder in due if reminder.at <= clock.now()]
        if now_due:
            async with database.transaction():
                await notices.remind(appointment, now_due[-1])


@job("appointments.hold_parts_ahead")
async def hold_parts_ahead() -> None:
    """Hold the parts of bookings whose day has come near."""
    await parts_held.hold_ahead()
