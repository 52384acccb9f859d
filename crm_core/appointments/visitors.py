"""Booking by plate, for somebody whose car nobody has seen yet; when they come, the desk registers it.

The plate is kept as it was given and looked up nowhere, so that booking tells nothing about other people's cars.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crm_core.appointments import notices
from crm_core.appointments.booking import CarToBook, hold_place, request, require_in_reach
from crm_core.appointments.errors import (
    AppointmentNotFound,
    CarIsRegistered,
    NothingWanted,
    TooManyVisitorBookings,
    VehicleHasAppointment,
    VisitorHasAppointment,
)
from crm_core.appointments.events import AppointmentCarRegistered
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import LIVE_STATES
from crm_core.binding_requests import registering
from crm_core.binding_requests.errors import ModelNotChosen, PhoneNotVerified, PlateNotAccepted
from crm_core.binding_requests.registering import Car
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.pricing.job_prices import PricedItem
from crm_core.pricing.packages import price_items_for
from crm_core.promised_times.models import PromisedTime
from crm_core.spelling.plate import BY_OWNER, PlateInvalid, parse_plate
from crm_core.vehicles.models import VehicleModel
from foundation import database
from foundation.cache import RateLimit
from foundation.errors import StaleVersion
from foundation.events import record

_TRIES: Final = RateLimit("visitor_slots", limit=30, period_seconds=86_400)
"""Each held slot is missing to others for some minutes. A guard against misuse: no policy."""
_BOOKINGS: Final = RateLimit("visitor_bookings", limit=5, period_seconds=86_400)
"""An advisor answers each. A guard against misuse: no policy."""
MOST_OPEN: Final = 20
"""Visitors' bookings to come in one store: with more, its places would be kept for people nobody knows. A guard: no
policy."""


async def hold_for_visitor(
    actor: Actor, *, model_id: int, store_id: int, item_ids: Sequence[int], starts_at: datetime
) -> PromisedTime:
    """Hold a slot for some minutes while the booking is filled in.

    Raises:
        PhoneNotVerified: WeChat has not vouched for a number on which the store can call back.
        TooManyVisitorBookings, ModelNotChosen, AppointmentNotFound, and the refusals of `booking.hold`.
    """
    await _admit(actor, _TRIES)
    await require_in_reach(store_id, starts_at)
    async with database.transaction():
        store, model, items = await wanted_by_model(model_id, store_id, item_ids)
        return await hold_place(store, CarToBook(model), items, starts_at, customer_id=actor.id)


async def book_for_visitor(
    actor: Actor,
    *,
    plate: str,
    model_id: int,
    store_id: int,
    item_ids: Sequence[int],
    starts_at: datetime,
    note: str = "",
) -> Appointment:
    """Ask for a slot by plate and model; an advisor always confirms it, whatever the store does with its owners.

    Raises:
        PlateNotAccepted: it is no plate; nothing is said about whose.
        VisitorHasAppointment: they have one to come.
        PhoneNotVerified, TooManyVisitorBookings, ModelNotChosen, AppointmentNotFound, and the refusals of
            `booking.book`.
    """
    given = read_given_plate(plate)
    await _admit(actor, _BOOKINGS)
    await require_in_reach(store_id, starts_at)
    async with database.transaction():
        store, model, items = await wanted_by_model(model_id, store_id, item_ids)
        # Counted one after the other, theirs in any store and everybody's in this one; within it `request` takes the
        # locks of the day, as every booking does.
        await database.advisory_lock(f"visitor:{actor.id}")
        await database.advisory_lock(f"visitors:{store_id}")
        await _require_room(actor.id, store_id)
        appointment = await request(
            actor, store, CarToBook(model, given_plate=given), items, starts_at, customer_id=actor.id, note=note
        )
        await notices.ask_to_confirm(appointment)
        return appointment


async def register_car(actor: Actor, appointment_id: int, car: Car, *, expected_version: int) -> Appointment:
    """At reception: read VIN and plate off the visitor's car and file it under them; from then on it is an appointment
    like any other.

    Raises:
        AppointmentNotFound, NotAllowed, StaleVersion, CarIsRegistered.
        VehicleHasAppointment: the car has another one to come.
        VinNotAccepted, PlateNotAccepted, ModelNotChosen: as typed.
    """
    async with database.transaction():
        appointment = await Appointment.select_for_update().get_or_none(id=appointment_id)
        if appointment is None:
            raise AppointmentNotFound
        authorise(actor, "vehicles.register", subject(store_id=appointment.store_id))
        if appointment.vehicle_id is not None:
            raise CarIsRegistered
        if appointment.version != expected_version:
            raise StaleVersion(current_version=appointment.version, current_state=appointment.state.value)
        made = await registering.register(actor, store_id=appointment.store_id, who=appointment.customer_id, car=car)
        others = Appointment.filter(vehicle_id=made.vehicle_id, state__in=LIVE_STATES)
        if appointment.state in LIVE_STATES and await others.exists():
            raise VehicleHasAppointment
        appointment.vehicle_id = made.vehicle_id
        appointment.version += 1
        await appointment.save()
        await record(
            AppointmentCarRegistered(
                actor=str(actor),
                customer_id=appointment.customer_id,
                store_id=appointment.store_id,
                appointment_id=appointment.id,
                vehicle_id=made.vehicle_id,
                starts_at=appointment.starts_at,
            )
        )
        return appointment


async def _admit(actor: Actor, limit: RateLimit) -> None:
    authorise(actor, "appointments.book", owners_own(actor.id))
    if (await Customer.get(id=actor.id)).phone_verified_at is None:
        raise PhoneNotVerified
    if await limit.wait_seconds(str(actor.id)):
        raise TooManyVisitorBookings


async def _require_room(customer_id: int, store_id: int) -> None:
    to_come = Appointment.filter(vehicle_id=None, state__in=LIVE_STATES)
    if await to_come.filter(customer_id=customer_id).exists():
        raise VisitorHasAppointment
    # What the desk takes by phone does not count: those people were spoken with.
    if await to_come.filter(store_id=store_id).exclude(source=notices.BY_PHONE).count() >= MOST_OPEN:
        raise TooManyVisitorBookings


async def wanted_by_model(
    model_id: int, store_id: int, item_ids: Sequence[int]
) -> tuple[Store, VehicleModel, list[PricedItem]]:
    """Store, model and priced jobs of a booking whose car nobody has seen.

    Raises:
        AppointmentNotFound: no such store in business.
        ModelNotChosen, NothingWanted.
    """
    store, model = await store_and_model(store_id, model_id)
    items = await price_items_for(store, model, item_ids)
    if not items or len(items) != len(set(item_ids)):
        raise NothingWanted
    return store, model, items


async def store_and_model(store_id: int, model_id: int) -> tuple[Store, VehicleModel]:
    """What prices and work depend on.

    Raises:
        AppointmentNotFound: no such store in business.
        ModelNotChosen.
    """
    store = await Store.get_or_none(id=store_id, is_live=True)
    if store is None:
        raise AppointmentNotFound("没找到这家门店。")
    model = await VehicleModel.get_or_none(id=model_id)
    if model is None:
        raise ModelNotChosen
    return store, model


def read_given_plate(typed: str, *, advice: str = BY_OWNER, is_compared: bool = False) -> str:
    """A plate as somebody gives it, in its stored form. Of a rare kind only once the desk has compared it; the last day
    of a temporary one is asked when the car is there.

    Raises:
        PlateNotAccepted: it is no plate; nothing is said about whose.
    """
    try:
        return parse_plate(typed, accept_by_hand=is_compared).number
    except PlateInvalid as wrong:
        raise PlateNotAccepted(wrong.told(advice)) from None
