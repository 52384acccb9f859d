"""Lists of appointments for screens."""

from datetime import date
from typing import Any

from crm_core.appointments import capacity
from crm_core.appointments.booking import wanted_work
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.rules import AppointmentPolicy, SlotAnswer, WantedWork, last_bookable_day
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.dealerships.permissions import authorize, owners_own, subject
from crm_core.policies.current import policy_of
from crm_core.pricing.quotation import price_items
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Vehicle
from foundation import clock, database

_ROW = """
SELECT a.id, a.store_id, s.short_name AS store, s.name AS store_name, a.customer_id, c.name AS customer_name,
       c.phone AS customer_phone, c.visit_count,
       a.vehicle_id, v.plate, m.series, v.mileage_km AS last_mileage_km,
       a.starts_at, a.minutes, a.state, a.note, a.waits_on_site, a.confirm_by,
       a.confirmed_at, a.arrived_at, a.end_reason, a.reschedule_count, a.repair_order_id, a.coupon_id, a.version,
       a.created_at, st.name AS advisor,
       (SELECT coalesce(json_agg(json_build_object('item_id', i.item_id, 'name', i.name, 'minutes', i.minutes,
               'labour_fen', i.labour_fen, 'parts_fen', i.parts_fen) ORDER BY i.id), '[]')
        FROM appointment_item i WHERE i.appointment_id = a.id) AS items
FROM appointment a
JOIN store s ON s.id = a.store_id
JOIN customer c ON c.id = a.customer_id
JOIN vehicle v ON v.id = a.vehicle_id
JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN staff st ON st.id = a.advisor_id
"""


async def slots(
    actor: Actor, *, customer_id: int, vehicle_id: int, store_id: int, item_ids: list[int], days: list[date]
) -> list[SlotAnswer]:
    """Every slot of the days for this work, free or with its reasons; days nobody may be promised yet are left out.

    Raises:
        AppointmentNotFound: no such store or car, or not the owner's.
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    authorize(actor, "appointments.book", subject(store_id=store_id, customer_id=customer_id))
    store = await Store.get_or_none(id=store_id, is_live=True)
    vehicle = await Vehicle.get_or_none(id=vehicle_id)
    if store is None or vehicle is None:
        raise AppointmentNotFound
    if actor.is_owner and not await is_bound(vehicle_id=vehicle_id, customer_id=customer_id):
        raise AppointmentNotFound
    wanted = await wanted_work(store, vehicle, await price_items(store, vehicle, item_ids))
    last_day = last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store_id))
    return await capacity.free_slots(store, wanted, [day for day in days if day <= last_day])


async def places(actor: Actor, store_id: int, day: date) -> list[SlotAnswer]:
    """Every slot of a day for the most ordinary job, an hour in a quick bay: what can still be promised to a caller."""
    authorize(actor, "appointments.read", subject(store_id=store_id))
    store = await Store.get_or_none(id=store_id, is_live=True)
    if store is None:
        raise AppointmentNotFound
    ordinary = WantedWork(minutes=60, bay_kind=BayKind.QUICK.value)
    if day > last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store_id)):
        return []
    return await capacity.free_slots(store, ordinary, [day])


async def of_customer(actor: Actor, customer_id: int, *, limit: int = 50) -> list[dict[str, Any]]:
    """A customer's appointments, newest first."""
    authorize(actor, "appointments.read", owners_own(customer_id))
    return await database.fetch(
        f"{_ROW} WHERE a.customer_id = $1 ORDER BY a.starts_at DESC LIMIT $2", customer_id, limit
    )


async def one(actor: Actor, appointment_id: int) -> dict[str, Any]:
    """One appointment with its items.

    Raises:
        AppointmentNotFound: none, or not for this actor.
    """
    row = await database.fetch_one(f"{_ROW} WHERE a.id = $1", appointment_id)
    if row is None:
        raise AppointmentNotFound
    keepers = [] if actor.is_owner else await people.keepers(row["customer_id"])
    authorize(
        actor,
        "appointments.read",
        subject(store_id=row["store_id"], customer_id=row["customer_id"], staff_ids=[*keepers]),
    )
    return row


async def of_day(actor: Actor, store_id: int, day: date) -> list[dict[str, Any]]:
    """A store's appointments of one Shanghai day by time, whatever became of them."""
    authorize(actor, "appointments.read", subject(store_id=store_id))
    return await database.fetch(
        f"{_ROW} WHERE a.store_id = $1 AND a.starts_at BETWEEN $2 AND $3 ORDER BY a.starts_at, a.id",
        store_id,
        clock.at(day),
        clock.end_of_day(day),
    )


async def waiting_for_confirmation(actor: Actor, store_id: int) -> list[dict[str, Any]]:
    """Requests nobody has answered, the most urgent first."""
    authorize(actor, "appointments.read", subject(store_id=store_id))
    return await database.fetch(
        f"{_ROW} WHERE a.store_id = $1 AND a.state = 'REQUESTED' ORDER BY a.confirm_by LIMIT 100", store_id
    )
