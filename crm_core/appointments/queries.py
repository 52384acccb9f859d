"""Lists of appointments for screens."""

from collections.abc import Sequence
from datetime import date, datetime

from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.rules import LIVE_STATES, AppointmentState
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.pricing import packages
from crm_core.pricing.job_prices import PricedItem, priced_for
from crm_core.pricing.packages import PackageOffer
from crm_core.vehicles.bindings import is_bound
from foundation import clock, database
from foundation.reading import Query, listed, literals, read_model


@read_model
class BookedItem:
    """A booked job with the price shown when it was booked."""

    item_id: int
    name: str
    minutes: int
    labour_fen: int
    parts_fen: int


@read_model
class OwnerAppointment:
    """An appointment as its owner sees it, with where the store is, as `StoreEntry` says it."""

    id: int
    store_id: int
    store: str
    store_name: str
    address: str
    latitude: float | None
    longitude: float | None
    vehicle_id: int | None
    """None while nobody has seen the car: `plate` and `series` are what was given."""
    plate: str
    series: str
    starts_at: datetime
    minutes: int
    state: AppointmentState
    items: list[BookedItem]
    note: str
    advisor: str | None
    confirm_by: datetime
    end_reason: str
    reschedule_count: int
    repair_order_id: int | None
    coupon_id: int | None
    version: int


@read_model
class StaffItem:
    """A booked job; money in fen, null for those who see no amounts."""

    item_id: int
    name: str
    minutes: int
    labour_fen: int | None
    parts_fen: int | None


@read_model
class StaffAppointment:
    """An appointment as staff see it; name and plate are masked by role, the phone always."""

    id: int
    store_id: int
    customer_id: int
    customer_name: str
    customer_phone: str | None
    visit_number: int
    vehicle_id: int | None
    """None while nobody has seen the car: it is registered when it comes."""
    plate: str
    series: str
    last_mileage_km: int
    starts_at: datetime
    minutes: int
    state: AppointmentState
    items: list[StaffItem]
    note: str
    waits_on_site: bool
    source: str
    advisor: str | None
    confirm_by: datetime
    confirmed_at: datetime | None
    arrived_at: datetime | None
    end_reason: str
    reschedule_count: int
    repair_order_id: int | None
    version: int


_FROM = """
FROM appointment a
JOIN store s ON s.id = a.store_id
JOIN customer c ON c.id = a.customer_id
LEFT JOIN vehicle v ON v.id = a.vehicle_id
JOIN vehicle_model m ON m.id = coalesce(v.model_id, a.given_model_id)
LEFT JOIN staff st ON st.id = a.advisor_id
"""
_BOTH = """
SELECT a.id, a.store_id, a.vehicle_id, coalesce(v.plate, a.given_plate) AS plate, m.series, a.starts_at, a.minutes,
       a.state, a.note, st.name AS advisor,
       a.confirm_by, a.end_reason, a.reschedule_count, a.repair_order_id, a.version
"""
_OWNER = f"""
{_BOTH}, s.short_name AS store, s.name AS store_name, s.address, s.latitude, s.longitude, a.coupon_id,
       (SELECT {listed(BookedItem, "i", order="i.id")} FROM appointment_item i WHERE i.appointment_id = a.id) AS items
{_FROM}
"""
_STAFF = f"""
{_BOTH}, a.customer_id, c.name AS customer_name, c.phone AS customer_phone, c.visit_count + 1 AS visit_number,
       coalesce(v.mileage_km, 0) AS last_mileage_km, a.waits_on_site, a.source, a.confirmed_at, a.arrived_at,
       (SELECT {listed(StaffItem, "i", order="i.id")} FROM appointment_item i WHERE i.appointment_id = a.id) AS items
{_FROM}
"""
_OF_OWNER = Query(OwnerAppointment, f"{_OWNER} WHERE a.customer_id = $1 ORDER BY a.starts_at DESC LIMIT $2")
_ONE_OF_OWNER = Query(OwnerAppointment, f"{_OWNER} WHERE a.id = $1")
_ONE = Query(StaffAppointment, f"{_STAFF} WHERE a.id = $1")
_OF_DAY = Query(
    StaffAppointment, f"{_STAFF} WHERE a.store_id = $1 AND a.starts_at BETWEEN $2 AND $3 ORDER BY a.starts_at, a.id"
)
_WAITING = Query(
    StaffAppointment,
    f"{_STAFF} WHERE a.store_id = $1 AND a.state IN ({literals(AppointmentState.REQUESTED)}) "
    "ORDER BY a.confirm_by LIMIT 100",
)


async def bookable_items(actor: Actor, vehicle_id: int, store_id: int) -> list[PricedItem]:
    """What the owner of a car may book for it in a store, with its prices.

    Raises:
        AppointmentNotFound: no such store or car, or not theirs.
    """
    items = await priced_for(store_id, vehicle_id, only_bookable=True)
    if items is None or not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
        raise AppointmentNotFound("没找到这辆车或门店。")
    return items


async def every_item(actor: Actor, vehicle_id: int, store_id: int, together: Sequence[int] = ()) -> list[PricedItem]:
    """The whole catalogue at the prices of a car in a store, for whoever receives it there; those of `together` as they
    cost in one visit, in packages too.

    Raises:
        AppointmentNotFound: no such store or car.
    """
    _require_desk(actor, store_id)
    items = await packages.catalogue_of(store_id, vehicle_id, together)
    if items is None:
        raise AppointmentNotFound("没找到这辆车或门店。")
    return items


async def packages_of_car(actor: Actor, vehicle_id: int, store_id: int) -> list[PackageOffer]:
    """The packages a car may have in a store, for whoever receives it there.

    Raises:
        AppointmentNotFound: no such store or car.
    """
    _require_desk(actor, store_id)
    offers = await packages.offered_to(store_id, vehicle_id)
    if offers is None:
        raise AppointmentNotFound("没找到这辆车或门店。")
    return offers


def _require_desk(actor: Actor, store_id: int) -> None:
    """Whoever receives the car or books for it."""
    authorise(actor, "vehicles.read", subject(store_id=store_id))


async def live_one_of(vehicle_id: int) -> int | None:
    """The appointment that a car has now; None if it may be booked for."""
    found: int | None = await database.fetch_value(
        f"SELECT id FROM appointment WHERE vehicle_id = $1 AND state IN ({literals(*LIVE_STATES)})", vehicle_id
    )
    return found


async def of_customer(actor: Actor, customer_id: int, *, limit: int = 50) -> list[OwnerAppointment]:
    """A customer's appointments, newest first."""
    authorise(actor, "appointments.read", owners_own(customer_id))
    return await _OF_OWNER.all(customer_id, limit)


async def one_of_owner(actor: Actor, appointment_id: int) -> OwnerAppointment:
    """One appointment, for its owner.

    Raises:
        AppointmentNotFound: it does not exist.
        NotAllowed: it is not theirs.
    """
    customer_id = await database.fetch_value("SELECT customer_id FROM appointment WHERE id = $1", appointment_id)
    found = await _ONE_OF_OWNER.first(appointment_id)
    if customer_id is None or found is None:
        raise AppointmentNotFound
    authorise(actor, "appointments.read", subject(store_id=found.store_id, customer_id=customer_id))
    return found


async def one(actor: Actor, appointment_id: int) -> StaffAppointment:
    """One appointment with its items, for staff.

    Raises:
        AppointmentNotFound: it does not exist.
        NotAllowed: the actor may not read it.
    """
    found = await _ONE.first(appointment_id)
    if found is None:
        raise AppointmentNotFound
    keepers = await people.keepers(found.customer_id)
    on = subject(store_id=found.store_id, customer_id=found.customer_id, staff_ids=[*keepers])
    authorise(actor, "appointments.read", on)
    return found


async def of_day(actor: Actor, store_id: int, day: date) -> list[StaffAppointment]:
    """A store's appointments of one Shanghai day, in every state, ordered by time."""
    authorise(actor, "appointments.read", subject(store_id=store_id))
    return await _OF_DAY.all(store_id, clock.at(day), clock.end_of_day(day))


async def waiting_for_confirmation(actor: Actor, store_id: int) -> list[StaffAppointment]:
    """The store's requests that are not confirmed yet, the most urgent first."""
    authorise(actor, "appointments.read", subject(store_id=store_id))
    return await _WAITING.all(store_id)
