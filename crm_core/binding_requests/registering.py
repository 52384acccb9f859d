"""Registering a car that is not on file when it comes to the desk, with VIN and plate as the advisor reads them, and
the person who brings it.
"""

from dataclasses import dataclass
from datetime import date

from crm_core.binding_requests.errors import ModelNotChosen, PlateNotAccepted, StoreNotChosen, VinNotAccepted
from crm_core.binding_requests.events import VehicleRegistered
from crm_core.customers import people
from crm_core.customers.models import Customer
from crm_core.customers.registering import register as register_person
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.spelling.plate import AT_THE_DESK, PlateInvalid, parse_plate
from crm_core.spelling.vin import inspect_vin
from crm_core.vehicles import temporary_plate_rules
from crm_core.vehicles.models import BindingRole, Ownership, Vehicle, VehicleModel
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref


@dataclass(frozen=True)
class Person:
    """The person or company whose car it is, with name and phone as they state them."""

    name: str
    phone: str
    is_company: bool = False


@dataclass(frozen=True)
class Car:
    """What the advisor reads from the car and its licence; a new car has no plate for weeks.

    `is_compared` says that the advisor has compared what a rule would refuse: a VIN with a wrong check digit, or a
    plate of a rare kind.
    """

    vin: str
    model_id: int
    plate: str = ""
    is_compared: bool = False
    plate_valid_until: date | None = None
    """The last day of a temporary plate."""


@dataclass(frozen=True)
class Registered:
    """The customer and the car with which the desk continues."""

    customer_id: int
    vehicle_id: int


async def register(actor: Actor, *, store_id: int, who: Person | int, car: Car) -> Registered:
    """Register the car for a new person, or for the customer with the id `who`. A known car is found by its VIN.

    A known car keeps the people on file for it; the new person is added beside them as a user.

    Raises:
        NameNotAccepted, PhoneNotAccepted, VinNotAccepted, PlateNotAccepted, ModelNotChosen, StoreNotChosen: a field is
            not acceptable.
        CustomerNotFound: there is no such customer.
        NotAllowed: the customer is another store's.
    """
    vin = _read_vin(car)
    plate = read_plate(car.plate, is_compared=car.is_compared, valid_until=car.plate_valid_until)
    async with database.transaction():
        authorise(actor, "vehicles.register", subject(store_id=store_id))
        if not await Store.exists(id=store_id, is_live=True):
            raise StoreNotChosen
        await database.advisory_lock(f"vin:{vin}")
        if isinstance(who, Person):
            customer_id = await register_person(
                actor, name=who.name, phone=who.phone, store_id=store_id, is_company=who.is_company
            )
        else:
            customer_id = (await people.lock_for(actor, "customers.edit", who)).id
        vehicle = await _vehicle(vin, plate, car, store_id)
        if inspect_vin(vin).is_blocking:
            await audit.note(
                actor, "vehicles.vouch_for_vin", Ref("vehicle", vehicle.id), reason="校验位不对，已对照实车"
            )
        await _tie(actor, vehicle, customer_id, store_id)
        return Registered(customer_id, vehicle.id)


async def _vehicle(vin: str, plate: str, car: Car, store_id: int) -> Vehicle:
    """The car with this VIN, created if it is unknown; `plate` replaces its earlier plate."""
    known = await Vehicle.select_for_update().get_or_none(vin=vin)
    if known is None:
        if not await VehicleModel.exists(id=car.model_id):
            raise ModelNotChosen
        return await Vehicle.create(
            vin=vin,
            plate=plate,
            plate_valid_until=car.plate_valid_until,
            model_id=car.model_id,
            home_store_id=store_id,
        )
    if plate and (known.plate, known.plate_valid_until) != (plate, car.plate_valid_until):
        known.plate, known.plate_valid_until = plate, car.plate_valid_until
        await known.save(update_fields=["plate", "plate_valid_until"])
    return known


async def _tie(actor: Actor, vehicle: Vehicle, customer_id: int, store_id: int) -> None:
    live = await Ownership.filter(vehicle_id=vehicle.id, until_on=None)
    if any(tie.customer_id == customer_id for tie in live):
        return
    customer = await Customer.get(id=customer_id)
    await Ownership.create(
        vehicle_id=vehicle.id,
        customer_id=customer_id,
        role=BindingRole.USER if live else BindingRole.OWNER,
        # The phone on file lets its owner bind the car in the mini program, so only the first person's is stored.
        filed_phone="" if live else customer.phone or "",
        since_on=clock.today(),
    )
    model = await VehicleModel.get(id=vehicle.model_id)
    await record(
        VehicleRegistered(
            actor=str(actor),
            customer_id=customer_id,
            store_id=store_id,
            vehicle_id=vehicle.id,
            series=model.series,
            is_beside_others=bool(live),
        )
    )


def _read_vin(car: Car) -> str:
    check = inspect_vin(car.vin)
    if check.is_blocking and not (check.may_be_overridden and car.is_compared):
        raise VinNotAccepted(check.sentence, may_be_vouched_for=check.may_be_overridden)
    return check.vin


def read_plate(text: str, *, is_compared: bool, valid_until: date | None = None) -> str:
    """The plate as it is kept; empty for a car that has none yet. One of a rare kind counts once it is compared, and a
    temporary one has a last day.

    Raises:
        PlateNotAccepted: it is no plate.
    """
    try:
        plate = parse_plate(text, accept_by_hand=is_compared) if text.strip() else None
    except PlateInvalid as wrong:
        raise PlateNotAccepted(wrong.told(AT_THE_DESK)) from None
    if problem := temporary_plate_rules.problem(plate.kind if plate else None, valid_until, clock.today()):
        raise PlateNotAccepted(problem)
    return plate.number if plate else ""
