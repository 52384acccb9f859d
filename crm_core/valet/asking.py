"""Asking for a run, and giving it up."""

import secrets
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Final

from tortoise.exceptions import IntegrityError

from crm_core.appointments.events import AppointmentEvent, AppointmentRescheduled
from crm_core.appointments.models import Appointment
from crm_core.appointments.service import subject_of as subject_of_booking
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from crm_core.valet import fees, notices, rules
from crm_core.valet.errors import AlreadyAsked, OutOfReach, RunNotFound, TooLateForRun, WindowDoesNotFit
from crm_core.valet.events import RunAsked, RunMoved
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import RunKind, RunState, Spot, ValetPolicy, Visit, Window
from crm_core.valet.runs import areas_of, facts_of, locked, may_ask, spot_of, step
from crm_core.vehicles.models import Ownership
from foundation import clock, database
from foundation.errors import InvalidInput
from foundation.events import record
from foundation.moves import next_state

_CODES = 10_000
FITS_NO_MORE: Final = "预约改期，上门时段不合适了"


@dataclass(frozen=True)
class Wish:
    """What is wanted: where, when, and whom the driver calls."""

    kind: RunKind
    address: str
    phone: str
    window: Window
    spot: Spot | None = None


async def booked_with(actor: Actor, booking: Awaitable[Appointment], wishes: Sequence[Wish]) -> Appointment:
    """A booking together with its runs: both or neither.

    Raises:
        What the booking is refused for, and the errors of `ask`.
    """
    async with database.transaction():
        appointment = await booking
        for wish in wishes:
            await ask(actor, appointment.id, wish)
        return appointment


async def ask(actor: Actor, appointment_id: int, wish: Wish) -> ValetRun:
    """Ask for the car of a booking to be fetched or brought back. Its fee is on the visit's bill: one that the owner
    has before them is sent anew; once they confirmed it, the run costs nothing.

    Raises:
        RunNotFound: no such booking for this actor.
        OutOfReach, WindowDoesNotFit, AlreadyAsked, TooLateForRun, InvalidInput, NotAllowed.
    """
    async with database.transaction():
        appointment = await Appointment.select_for_update().get_or_none(id=appointment_id)
        if appointment is None:
            raise RunNotFound
        authorise(actor, "valet.ask", subject_of_booking(appointment))
        if not may_ask(appointment.state, wish.kind):
            raise TooLateForRun
        run = await _create(
            actor,
            await Store.get(id=appointment.store_id),
            wish,
            Visit(appointment.starts_at, appointment.minutes),
            appointment_id=appointment.id,
            customer_id=appointment.customer_id,
            vehicle_id=appointment.vehicle_id,
            is_settled=await fees.is_settled(appointment.repair_order_id),
        )
        await fees.bill_anew(appointment.repair_order_id, run)
        return run


async def ask_rescue(actor: Actor, store_id: int, customer_id: int, vehicle_id: int, wish: Wish) -> ValetRun:
    """救援: a car stands somewhere and is to be brought to the store, without a booking.

    Raises:
        RunNotFound: the car is not this customer's.
        OutOfReach, WindowDoesNotFit, InvalidInput, NotAllowed.
    """
    authorise(actor, "valet.rescue", subject(store_id=store_id))
    async with database.transaction():
        store = await Store.get_or_none(id=store_id, is_live=True)
        is_theirs = await Ownership.exists(vehicle_id=vehicle_id, customer_id=customer_id, until_on=None)
        if store is None or not is_theirs:
            raise RunNotFound
        return await _create(actor, store, wish, None, customer_id=customer_id, vehicle_id=vehicle_id)


async def cancel(actor: Actor, run_id: int, reason: str = "", *, expected_version: int) -> ValetRun:
    """Give a run up, as long as the driver does not have the car.

    Raises:
        RunNotFound, NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        run = await locked(actor, run_id, "valet.cancel", expected_version)
        await _cancel(actor, run, reason or ("车主取消" if actor.is_owner else "门店取消"))
        booked = await Appointment.get_or_none(id=run.appointment_id)
        await fees.bill_anew(None if booked is None else booked.repair_order_id, run)
        return run


async def on_called_off(event: AppointmentEvent) -> None:
    """The booking ended: nobody drives for it any more. Runs in the transaction that ends it."""
    for run in await _runs_of(event.appointment_id, *rules.MAY_BE_CANCELLED):
        await _cancel(system("valet"), run, "预约已取消")


async def on_rescheduled(event: AppointmentRescheduled) -> None:
    """The booking moved: its windows move with it, and drivers are looked for anew. A run whose window fits no more is
    given up, and the desk is told, so that it agrees on another with the owner.
    """
    actor = system("valet")
    booked = await Appointment.get(id=event.appointment_id)
    policy = await policy_of(ValetPolicy, booked.store_id)
    for run in await _runs_of(event.appointment_id, RunState.PLANNED, RunState.ASSIGNED):
        await notices.tell_driver(run, "withdrawn")
        run.state = next_state(rules.RUN_MOVES, run.state, "release")
        run.driver_id = run.starts_at = run.ends_at = None
        later = event.starts_at - event.old_starts_at
        window = Window(run.window_from + later, run.window_to + later)
        visit = Visit(event.starts_at, booked.minutes)
        if rules.window_refusal(run.kind, window, visit, clock.now(), policy) is not None:
            await step(actor, run, "cancel", FITS_NO_MORE)
            await notices.tell_desk(run, "failed")
            continue
        run.window_from, run.window_to = window.begins_at, window.ends_at
        run.version += 1
        await run.save()
        await record(RunMoved(**facts_of(actor, run), window_from=run.window_from))


async def _runs_of(appointment_id: int, *states: RunState) -> list[ValetRun]:
    of_booking = ValetRun.filter(appointment_id=appointment_id, state__in=states)
    return await of_booking.order_by("id").select_for_update()


async def _cancel(actor: Actor, run: ValetRun, reason: str) -> None:
    await step(actor, run, "cancel", reason)
    await notices.tell_driver(run, "withdrawn")


async def _create(
    actor: Actor,
    store: Store,
    wish: Wish,
    visit: Visit | None,
    *,
    customer_id: int,
    vehicle_id: int | None,
    appointment_id: int | None = None,
    is_settled: bool = False,
) -> ValetRun:
    policy = await policy_of(ValetPolicy, store.id)
    areas = await areas_of(store.id)
    if refusal := rules.reach_refusal(spot_of(store), wish.spot, wish.address, areas, policy):
        raise OutOfReach(refusal)
    if refusal := rules.window_refusal(wish.kind, wish.window, visit, clock.now(), policy):
        raise WindowDoesNotFit(refusal)
    try:
        phone = parse_phone(wish.phone)
    except PhoneInvalid as error:
        raise InvalidInput(str(error)) from None
    try:
        async with database.savepoint():
            run = await ValetRun.create(
                store_id=store.id,
                appointment_id=appointment_id,
                customer_id=customer_id,
                vehicle_id=vehicle_id,
                kind=wish.kind,
                state=RunState.PLANNED,
                address=wish.address,
                latitude=wish.spot.latitude if wish.spot else None,
                longitude=wish.spot.longitude if wish.spot else None,
                phone=phone,
                window_from=wish.window.begins_at,
                window_to=wish.window.ends_at,
                fee_fen=0 if is_settled else rules.fee_fen(wish.kind, policy),
                code=f"{secrets.randbelow(_CODES):04d}",
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise AlreadyAsked from error
    await record(RunAsked(**facts_of(actor, run), window_from=run.window_from))
    return run
