"""What a program reads: things of its stores, without personal data unless its key has that scope too."""

import dataclasses
from datetime import date, datetime
from typing import Final

from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import IdentityKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import stores_within
from crm_core.partners.rules import file_number
from crm_core.partners.scopes import Scope
from crm_core.vehicles import stock
from crm_core.vehicles.stock import StockEntry
from foundation import database
from foundation.errors import NotAllowed, NotFound
from foundation.reading import Query, listed, read_model

AT_ONCE: Final = 100


@read_model
class PartnerCar:
    """A car of a customer; `vin` and `plate` are null without the scope for personal data."""

    id: int
    series: str
    vin: str | None
    plate: str | None
    mileage_km: int
    next_service_due_on: date | None


@read_model
class PartnerCustomer:
    """A customer; what names them is null without the scope for personal data."""

    id: int
    external_id: str | None
    store_id: int | None
    is_company: bool
    name: str | None
    phone: str | None
    last_visit_on: date | None
    visit_count: int
    cars: list[PartnerCar]


@read_model
class PartnerAppointment:
    """An appointment."""

    id: int
    store_id: int
    customer_id: int | None
    customer_external_id: str | None
    vehicle_id: int | None
    state: AppointmentState
    version: int
    starts_at: datetime
    items: list[str]


_NUMBER_OF: Final = (
    "(SELECT substr(i.value, length($2) + 2) FROM identity i "
    "WHERE i.customer_id = {0} AND i.kind = '" + IdentityKind.FILE_NUMBER.value + "' AND i.value LIKE $2 || ':%' "
    "ORDER BY i.id LIMIT 1)"
)
_CUSTOMER: Final = Query(
    PartnerCustomer,
    f"""
    SELECT c.id, {_NUMBER_OF.format("c.id")} AS external_id, c.home_store_id AS store_id, c.is_company, c.name, c.phone,
           c.last_visit_on, c.visit_count,
           (SELECT {listed(PartnerCar, "v", order="v.id", series="m.series")} FROM ownership o
            JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
            WHERE o.customer_id = c.id AND o.until_on IS NULL) AS cars
    FROM customer c WHERE c.id = $1 AND c.merged_into_id IS NULL AND c.home_store_id = ANY($3)
    """,
)
_APPOINTMENT: Final = Query(
    PartnerAppointment,
    f"""
    SELECT a.id, a.store_id, a.customer_id, {_NUMBER_OF.format("a.customer_id")} AS customer_external_id, a.vehicle_id,
           a.state, a.version, a.starts_at,
           array(SELECT name FROM appointment_item WHERE appointment_id = a.id ORDER BY id)::text[] AS items
    FROM appointment a WHERE a.id = $1 AND a.store_id = ANY($3)
    """,
)


async def customer(actor: Actor, customer_id: int) -> PartnerCustomer:
    """One customer at home in the stores of the key.

    Raises:
        NotAllowed: the key may not read.
        NotFound: there is none, or not in these stores.
    """
    found = await _CUSTOMER.first(customer_id, actor.source_system, _stores(actor))
    if found is None:
        raise NotFound
    if _sees_persons(actor):
        return found
    cars = [dataclasses.replace(car, vin=None, plate=None) for car in found.cars]
    return dataclasses.replace(found, name=None, phone=None, cars=cars)


async def customer_called(actor: Actor, external_id: str) -> PartnerCustomer:
    """The customer the program gave this number.

    Raises:
        NotAllowed, NotFound.
    """
    stores = _stores(actor)
    customer_id = await database.fetch_value(
        "SELECT i.customer_id FROM identity i JOIN customer c ON c.id = i.customer_id "
        "WHERE i.kind = $1 AND i.value = $2 AND c.home_store_id = ANY($3)",
        IdentityKind.FILE_NUMBER.value,
        file_number(actor.source_system, external_id),
        stores,
    )
    if customer_id is None:
        raise NotFound
    return await customer(actor, customer_id)


async def appointment(actor: Actor, appointment_id: int) -> PartnerAppointment:
    """One appointment in the stores of the key.

    Raises:
        NotAllowed, NotFound.
    """
    found = await _APPOINTMENT.first(appointment_id, actor.source_system, _stores(actor))
    if found is None:
        raise NotFound
    return found


async def stock_cars(actor: Actor, after: int) -> list[StockEntry]:
    """The next hundred cars in stock; a car nobody owns names no person, so its VIN is shown.

    Raises:
        NotAllowed.
    """
    return await stock.of_stores(_stores(actor), after=after, limit=AT_ONCE)


def _stores(actor: Actor) -> list[int]:
    stores = stores_within(actor, Scope.READ)
    if not stores:
        raise NotAllowed(action=Scope.READ)
    return sorted(stores)


def _sees_persons(actor: Actor) -> bool:
    return Scope.READ_PERSONAL in actor.scopes
