"""Booking for a caller: a stranger on the phone, whom the desk writes down with name, number and the model of the car.

No VIN and, if need be, no plate: a new car has none for weeks, and who phones from the office does not know it. On the
day the caller is known by name and phone; at reception the car is registered as a visitor's (`visitors.register_car`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.appointments import capacity
from crm_core.appointments.booking import CarToBook, answer, request, require_in_reach, wanted_work
from crm_core.appointments.errors import CallerHasAppointment, CallerMayBeOnFile, CallersCarIsOnFile
from crm_core.appointments.explaining_rules import Explained
from crm_core.appointments.free_times import in_reach
from crm_core.appointments.models import Appointment
from crm_core.appointments.notices import BY_PHONE
from crm_core.appointments.rules import LIVE_STATES
from crm_core.appointments.visitors import read_given_plate, store_and_model, wanted_by_model
from crm_core.binding_requests import look_alikes
from crm_core.customers import people
from crm_core.customers.identities import read_phone
from crm_core.customers.models import Source
from crm_core.customers.registering import register
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.pricing import packages
from crm_core.pricing.job_prices import PricedItem
from crm_core.pricing.packages import PackageOffer
from crm_core.spelling.plate import AT_THE_DESK
from crm_core.vehicles.models import Ownership, Vehicle
from foundation import database
from foundation.refs import Ref


@dataclass(frozen=True)
class Caller:
    """Who is on the phone. `is_someone_else`: the desk has seen who has this number or plate on file, and it is none of
    them.
    """

    name: str
    phone: str
    is_someone_else: bool = False


@dataclass(frozen=True)
class TheirCar:
    """What they say of their car. `is_compared`: a plate of a rare kind was read back to them."""

    model_id: int
    plate: str = ""
    is_compared: bool = False


@dataclass(frozen=True)
class Catalogue:
    """What can be booked for a car of some model, and the packages."""

    items: list[PricedItem]
    packages: list[PackageOffer]


async def book_for_caller(
    actor: Actor,
    *,
    store_id: int,
    who: Caller | int,
    car: TheirCar,
    item_ids: Sequence[int],
    starts_at: datetime,
    note: str = "",
    waits_on_site: bool = False,
) -> Appointment:
    """Book for a caller, or for the customer with the id `who` whose car is not on file. It is answered like any other
    booking of the desk.

    Raises:
        NameNotAccepted, PhoneNotAccepted, PlateNotAccepted, ModelNotChosen: as typed.
        CallerMayBeOnFile: the number or the plate belongs to somebody, and nobody said that they are someone else.
        CallersCarIsOnFile: the customer has this car on file; it is booked as such.
        CallerHasAppointment: the store expects this car or caller already.
        CustomerNotFound, AppointmentNotFound, NotAllowed, and the refusals of `booking.book`.
    """
    authorise(actor, "appointments.book", subject(store_id=store_id))
    plate = ""
    if car.plate.strip():
        plate = read_given_plate(car.plate, advice=AT_THE_DESK, is_compared=car.is_compared)
    await require_in_reach(store_id, starts_at)
    async with database.transaction():
        store, model, items = await wanted_by_model(car.model_id, store_id, item_ids)
        # One after the other with the visitors' bookings, so that a second click finds the first one's booking.
        await database.advisory_lock(f"visitors:{store_id}")
        customer_id = await _customer(actor, store_id, who, plate)
        await _require_none_to_come(store_id, customer_id, plate, car.model_id)
        appointment = await request(
            actor,
            store,
            CarToBook(model, given_plate=plate),
            items,
            starts_at,
            customer_id=customer_id,
            note=note,
            waits_on_site=waits_on_site,
            source=BY_PHONE,
        )
        await answer(actor, store, appointment)
        return appointment


async def catalogue(actor: Actor, store_id: int, model_id: int, together: Sequence[int] = ()) -> Catalogue:
    """What a caller may have done to a car of this model; the jobs of `together` at what they cost in one visit.

    Raises:
        NotAllowed: the actor books nothing in this store.
        AppointmentNotFound, ModelNotChosen.
    """
    authorise(actor, "appointments.book", subject(store_id=store_id))
    store, model = await store_and_model(store_id, model_id)
    offered = await packages.bookable_for(store, model, together)
    return Catalogue(offered, await packages.offered(store, model, offered))


async def explained_slots(
    actor: Actor, store_id: int, model_id: int, item_ids: Sequence[int], days: Sequence[date]
) -> list[Explained]:
    """Every slot of the days for this work, with everything each answer rests on; days too far ahead are left out.

    Raises:
        NotAllowed: the actor books nothing in this store.
        AppointmentNotFound, ModelNotChosen, NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    authorise(actor, "appointments.book", subject(store_id=store_id))
    store, model, items = await wanted_by_model(model_id, store_id, item_ids)
    asked = await capacity.ask(store, await wanted_work(store, model, items), await in_reach(store, days))
    return asked.explained()


async def _customer(actor: Actor, store_id: int, who: Caller | int, plate: str) -> int:
    if isinstance(who, int):
        customer_id = await people.current_id(who)
        authorise(actor, "customers.read", await people.scope_of(customer_id))
        await _require_car_not_on_file(customer_id, plate)
        return customer_id
    is_on_file = await look_alikes.is_somebody_on_file(read_phone(who.phone), plate)
    if is_on_file and not who.is_someone_else:
        raise CallerMayBeOnFile
    customer_id = await register(actor, name=who.name, phone=who.phone, store_id=store_id, source=Source.DCC_INBOUND)
    if is_on_file:
        await audit.note(
            actor, "customers.file_beside", Ref("customer", customer_id), reason="来电的人说不是在档的那位"
        )
    return customer_id


async def _require_car_not_on_file(customer_id: int, plate: str) -> None:
    if not plate:
        return
    theirs = await Ownership.filter(customer_id=customer_id, until_on=None).values_list("vehicle_id", flat=True)
    car = await Vehicle.get_or_none(id__in=list(theirs), plate=plate)
    if car is not None:
        raise CallersCarIsOnFile(vehicle_id=car.id)


async def _require_none_to_come(store_id: int, customer_id: int, plate: str, model_id: int) -> None:
    """A caller who phones again must not be written down twice; their second car has another plate or model."""
    to_come = Appointment.filter(vehicle_id=None, store_id=store_id, state__in=LIVE_STATES, given_plate=plate)
    if not plate:
        to_come = to_come.filter(customer_id=customer_id, given_model_id=model_id)
    first = await to_come.order_by("starts_at").first()
    if first is not None:
        raise CallerHasAppointment(first.id, first.starts_at, by_plate=bool(plate))
