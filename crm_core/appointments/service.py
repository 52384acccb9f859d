"""The verbs on an existing appointment: confirm, reschedule, cancel, check in, and those of the periodic jobs."""

from datetime import datetime

from tortoise.exceptions import IntegrityError

from crm_core.appointments import capacity, notices, rules
from crm_core.appointments.booking import advisor_in_charge, require_in_reach
from crm_core.appointments.errors import AppointmentNotFound, TooLateToChange, VehicleHasAppointment
from crm_core.appointments.events import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentExpired,
    AppointmentFacts,
    AppointmentRescheduled,
    OwnerArrived,
    OwnerDidNotCome,
)
from crm_core.appointments.models import Appointment
from crm_core.appointments.parts_held import hold_parts, part_numbers, work_in
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.coupons import using as coupons
from crm_core.coupons.rules import CouponPolicy, lock_ends_at
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import Subject, authorise, is_allowed, subject
from crm_core.parts import holds
from crm_core.policies.current import policy_of
from crm_core.promised_times import promising
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


def subject_of(appointment: Appointment) -> Subject:
    """The subject for permission checks on an appointment: its store, its customer and its advisor."""
    return subject(
        store_id=appointment.store_id, customer_id=appointment.customer_id, staff_ids=[appointment.advisor_id]
    )


async def confirm(actor: Actor, appointment_id: int, *, expected_version: int | None = None) -> Appointment:
    """Promise the requested slot to the owner.

    Raises:
        IllegalMove: it is not waiting for confirmation.
        StaleVersion: it changed since the actor saw it.
    """
    async with database.transaction():
        appointment = await _locked(actor, appointment_id, "appointments.confirm", expected_version)
        await _move(appointment, "confirm", actor)
        await _promised_by(actor, appointment)
        await appointment.save()
        await record(AppointmentConfirmed(**facts_of(actor, appointment), by=actor.name))
        await notices.tell_result(appointment, "confirmed")
        await notices.close_card(appointment, "confirm", actor)
        return appointment


async def reschedule(
    actor: Actor, appointment_id: int, starts_at: datetime, *, expected_version: int | None = None
) -> Appointment:
    """Take the new slot and free the old one, in one transaction.

    An advisor who moves a request thereby promises the new slot. Customer care only changes the requested time, and the
    advisors are asked again.

    Raises:
        TooLateToChange: an owner has moved it too often, or asks too shortly before the slot.
        SlotTaken, SlotNotPossible, SlotTooFar, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        appointment = await _locked(actor, appointment_id, "appointments.reschedule", expected_version)
        old = appointment.starts_at
        if starts_at == old and appointment.state in rules.MOVABLE:
            return appointment  # It is the same slot: nothing is changed, counted or sent.
        await require_in_reach(appointment.store_id, starts_at)
        policy = await policy_of(AppointmentPolicy, appointment.store_id)
        if actor.is_owner:
            refusal = rules.owner_reschedule_refusal(old, appointment.reschedule_count, clock.now(), policy)
            if refusal:
                raise TooLateToChange(refusal)
        is_request = appointment.state is AppointmentState.REQUESTED
        is_answer = is_request and _may_promise(actor, appointment)
        # An owner cannot move their own request: they cancel it or wait for the answer.
        wish = "note_wish" if is_request and not actor.is_owner else "reschedule"
        await _move(appointment, "offer" if is_answer else wish, actor)
        await promising.lock_days(capacity.KIND, appointment.store_id, old, starts_at)
        await promising.free(_about(appointment))
        store = await Store.get(id=appointment.store_id)
        numbers, about = await part_numbers(appointment), _about(appointment)
        wanted = await work_in(store, appointment.bay_kind, appointment.minutes, numbers, held_for=about)
        wanted = await hold_parts(wanted, about, store.id, numbers, starts_at)
        await capacity.take_place(
            store, wanted, starts_at, customer_id=appointment.customer_id, appointment_id=appointment.id
        )
        appointment.starts_at = starts_at
        if appointment.coupon_id is not None:
            until = lock_ends_at(starts_at, await policy_of(CouponPolicy, appointment.store_id))
            await coupons.prolong(_about(appointment), until)
        if actor.is_owner:
            appointment.reschedule_count += 1
        if is_answer:
            await _promised_by(actor, appointment)
        elif is_request:
            appointment.confirm_by = rules.confirm_due_at(starts_at, clock.now(), policy)
        await appointment.save()
        await record(AppointmentRescheduled(**facts_of(actor, appointment), old_starts_at=old, by=actor.name or "车主"))
        if is_answer:
            await record(AppointmentConfirmed(**facts_of(actor, appointment), by=actor.name))
        if is_request and not is_answer:
            await notices.ask_again(appointment, actor)
        else:
            await notices.tell_rescheduled(appointment, old, actor)
        return appointment


async def cancel(
    actor: Actor, appointment_id: int, reason: str = "", *, expected_version: int | None = None
) -> Appointment:
    """Cancel the appointment and free its slot.

    Raises:
        TooLateToChange: an owner asks after the slot has started.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        appointment = await _locked(actor, appointment_id, "appointments.cancel", expected_version)
        if actor.is_owner and not rules.may_owner_cancel(appointment.starts_at, clock.now()):
            raise TooLateToChange
        await _move(appointment, "cancel", actor)
        await _end(appointment, reason or ("车主取消" if actor.is_owner else "门店取消"))
        await record(
            AppointmentCancelled(**facts_of(actor, appointment), by=actor.name or "车主", reason=appointment.end_reason)
        )
        await notices.tell_cancelled(appointment, actor)
        return appointment


async def check_in(actor: Actor, appointment_id: int, *, expected_version: int | None = None) -> Appointment:
    """Note that the car is at the store. After a no-show this is still possible on the same day.

    Raises:
        TooLateToChange: a no-show of another day; or an owner checks in on another day or long before their slot.
        VehicleHasAppointment: the car was booked again after the no-show.
        IllegalMove: the appointment is not confirmed.
    """
    async with database.transaction():
        appointment = await _locked(actor, appointment_id, "appointments.check_in", expected_version)
        was_missed = appointment.state is AppointmentState.NO_SHOW
        if was_missed and not rules.may_arrive_after_no_show(appointment.starts_at, clock.now()):
            raise TooLateToChange("约定的那天已经过了，请重新预约。")
        if actor.is_owner:
            policy = await policy_of(AppointmentPolicy, appointment.store_id)
            refusal = rules.owner_arrival_refusal(appointment.starts_at, clock.now(), policy)
            if refusal:
                raise TooLateToChange(refusal)
        await _move(appointment, "arrive", actor)
        appointment.arrived_at = clock.now()
        await _save_live(appointment)
        await record(OwnerArrived(**facts_of(actor, appointment), campaign_token=appointment.campaign_token))
        return appointment


async def convert(actor: Actor, appointment_id: int, repair_order_id: int) -> Appointment:
    """Link the repair order that was opened for the appointment. `repair_orders` calls this in its own transaction."""
    appointment = await _locked(actor, appointment_id, "appointments.check_in", None)
    await _move(appointment, "convert", actor)
    await capacity.leave_bay(appointment.id)
    appointment.repair_order_id = repair_order_id
    await appointment.save()
    return appointment


async def expire(appointment_id: int) -> None:
    """Expire a request that nobody confirmed. Does nothing when its state has changed meanwhile."""
    await _end_by_clock(appointment_id, AppointmentState.REQUESTED, "expire", "unconfirmed", "超时未确认")


async def mark_no_show(appointment_id: int) -> None:
    """Mark the owner as a no-show and free the bay. Does nothing when they have arrived meanwhile."""
    await _end_by_clock(appointment_id, AppointmentState.CONFIRMED, "miss", "no_show", "没有到店")


async def end_unserved(appointment_id: int) -> None:
    """End an appointment whose car came but got no repair order that day, so that it can be booked again.

    Does nothing when an order was opened meanwhile.
    """
    await _end_by_clock(appointment_id, AppointmentState.ARRIVED, "cancel", "unserved", "到店当天没有接车")


async def _end_by_clock(appointment_id: int, state: AppointmentState, action: str, rule: str, reason: str) -> None:
    actor = system(rule)
    async with database.transaction():
        appointment = await _locked(actor, appointment_id, "appointments.expire", None)
        if appointment.state is not state:
            return
        await _move(appointment, action, actor)
        await _end(appointment, reason)
        facts = facts_of(actor, appointment)
        if action == "cancel":
            await record(AppointmentCancelled(**facts, by="系统", reason=reason))
            return
        await record((AppointmentExpired if action == "expire" else OwnerDidNotCome)(**facts))
        await notices.tell_ended_by_clock(appointment)


async def _locked(actor: Actor, appointment_id: int, action: str, expected_version: int | None) -> Appointment:
    """Lock the row, and check the actor's permission and the version they saw.

    Raises:
        AppointmentNotFound, NotAllowed, StaleVersion.
    """
    appointment = await Appointment.select_for_update().get_or_none(id=appointment_id)
    if appointment is None:
        raise AppointmentNotFound
    authorise(actor, action, subject_of(appointment))
    if expected_version is not None and appointment.version != expected_version:
        raise StaleVersion(current_version=appointment.version, current_state=appointment.state.value)
    return appointment


async def _move(appointment: Appointment, action: str, actor: Actor) -> None:
    """Change the state by the table of moves and increase the version. The caller saves the row.

    Raises:
        IllegalMove: the table has no such move.
        NotAllowed: only those who may promise a slot can make this move.
    """
    state = next_state(rules.MOVES, appointment.state, action)
    if (appointment.state, action) in rules.OF_WHO_PROMISES and not _may_promise(actor, appointment):
        raise NotAllowed(action=action)
    appointment.state = state
    appointment.version += 1


def _may_promise(actor: Actor, appointment: Appointment) -> bool:
    """Whether the actor may promise a slot, rather than only note a wish."""
    return is_allowed(actor, "appointments.confirm", subject_of(appointment))


async def _promised_by(actor: Actor, appointment: Appointment) -> None:
    appointment.confirmed_at = clock.now()
    in_charge = await advisor_in_charge(actor, appointment.store_id, appointment.customer_id)
    appointment.advisor_id = in_charge or appointment.advisor_id


async def _save_live(appointment: Appointment) -> None:
    try:
        async with database.savepoint():
            await appointment.save()
    except IntegrityError as error:
        raise VehicleHasAppointment from error


async def _end(appointment: Appointment, reason: str) -> None:
    await promising.free(_about(appointment))
    await coupons.release(_about(appointment))
    await holds.release(_about(appointment), appointment.store_id)
    appointment.ended_at = clock.now()
    appointment.end_reason = reason
    await appointment.save()


def _about(appointment: Appointment) -> Ref:
    """The ref by which its promised time and its coupons name it."""
    return Ref("appointment", appointment.id)


def facts_of(actor: Actor, appointment: Appointment) -> AppointmentFacts:
    return AppointmentFacts(
        actor=str(actor),
        customer_id=appointment.customer_id,
        store_id=appointment.store_id,
        appointment_id=appointment.id,
        vehicle_id=appointment.vehicle_id,
        starts_at=appointment.starts_at,
    )
