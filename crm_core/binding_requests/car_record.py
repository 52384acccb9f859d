"""A car's page for staff: what it is, whose it is and was, the plates it wore, what was done to it.

The history stays with the car whoever owns it. People of before are not named, and those of now only to who may read
them.
"""

from dataclasses import replace
from datetime import date
from typing import Final

from crm_core.customers import people
from crm_core.customers.queries import seen_name, seen_phone, seen_plate
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_vin
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.vehicles import temporary_plate_rules
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.models import BindingRole
from foundation import clock
from foundation.reading import Query, listed, read_model

VISITS_SHOWN: Final = 30


@read_model
class PlateWorn:
    """A plate of before and the last day it was worn."""

    plate: str
    until_on: date


@read_model
class PersonOfCar:
    """An owner or user with their dates. Of people of before, and of those the reader may not see, no name."""

    id: int
    """The number of the tie."""
    customer_id: int | None
    name: str
    phone: str | None
    is_company: bool
    role: BindingRole
    since_on: date
    until_on: date | None


@read_model
class WorkDone:
    """A visit without whose it was and what was paid."""

    id: int
    visited_on: date
    km: int | None
    summary: str
    store: str | None


@read_model
class CarRecord:
    """A car's whole page; `allowed` names what the reader may do to it."""

    id: int
    model: str
    vin: str
    plate: str
    plate_valid_until: date | None
    """The last day of a temporary plate."""
    plate_ends_soon: bool
    """Whether that day is near or over."""
    mileage_km: int
    mileage_on: date | None
    delivered_on: date | None
    last_service_on: date | None
    next_service_due_on: date | None
    insurance_ends_on: date | None
    inspection_ends_on: date | None
    home_store_id: int | None
    home_store: str | None
    plates: list[PlateWorn]
    people: list[PersonOfCar]
    visits: list[WorkDone]
    allowed: list[str]


_CAR: Final = Query(
    CarRecord,
    f"""
    SELECT v.id, m.series || ' ' || m.trim AS model, v.vin, v.plate, v.plate_valid_until,
           false AS plate_ends_soon, v.mileage_km, v.mileage_on, v.delivered_on,
           v.last_service_on, v.next_service_due_on, v.insurance_ends_on, v.inspection_ends_on, v.home_store_id,
           s.short_name AS home_store, '[]'::jsonb AS allowed,
           (SELECT {listed(PlateWorn, "p", order="p.id DESC")} FROM past_plate p WHERE p.vehicle_id = v.id) AS plates,
           (SELECT {
        listed(
            PersonOfCar,
            "o",
            order="o.until_on DESC NULLS FIRST, o.role, o.id",
            name="c.name",
            phone="c.phone",
            is_company="c.is_company",
        )
    }
            FROM ownership o JOIN customer c ON c.id = o.customer_id WHERE o.vehicle_id = v.id) AS people,
           (SELECT {listed(WorkDone, "w", order="w.visited_on DESC, w.id DESC", store="t.short_name")}
            FROM (SELECT * FROM service_visit WHERE vehicle_id = v.id
                  ORDER BY visited_on DESC, id DESC LIMIT {VISITS_SHOWN}) w
            LEFT JOIN store t ON t.id = w.store_id) AS visits
    FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN store s ON s.id = v.home_store_id
    WHERE v.id = $1
    """,
)


async def car_record(actor: Actor, vehicle_id: int) -> CarRecord:
    """Everything on a car's page.

    Raises:
        VehicleNotFound: there is no such car.
        NotAllowed: it is outside the actor's scope.
    """
    car = await _CAR.first(vehicle_id)
    on = subject(store_id=car.home_store_id if car else None)
    authorise(actor, "vehicles.read", on)
    if car is None:
        raise VehicleNotFound
    return replace(
        car,
        vin=mask_vin(car.vin),
        plate=seen_plate(actor, car.plate),
        plate_ends_soon=temporary_plate_rules.must_warn(car.plate_valid_until, clock.today()),
        plates=[replace(worn, plate=seen_plate(actor, worn.plate)) for worn in car.plates],
        people=[await _seen(actor, person) for person in car.people],
        allowed=[action for action in ("keep_people", "register") if is_allowed(actor, f"vehicles.{action}", on)],
    )


async def _seen(actor: Actor, person: PersonOfCar) -> PersonOfCar:
    assert person.customer_id is not None
    is_seen = person.until_on is None and is_allowed(actor, "customers.read", await people.scope_of(person.customer_id))
    if not is_seen:
        return replace(person, customer_id=None, name="", phone=None)
    return replace(person, name=seen_name(actor, person.name), phone=seen_phone(actor, person.phone))
