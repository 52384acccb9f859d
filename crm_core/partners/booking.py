"""What a program books: a call centre, the maker's app, a website. The rules are those of every other way to book.

A program books for customers who are at home in its stores and for cars they own; it finds both by reading them.
"""

from collections.abc import Sequence
from datetime import date, datetime

from crm_core.appointments import booking, free_times
from crm_core.appointments.capacity_rules import SlotAnswer
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.models import Appointment
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.pricing.job_prices import PricedItem, store_and_car
from crm_core.pricing.packages import bookable_for
from foundation import database


async def bookable(actor: Actor, store_id: int, vehicle_id: int) -> list[PricedItem]:
    """What can be booked for a car, with its planned minutes and its price in this store.

    Raises:
        NotAllowed: the key may not book in this store.
        AppointmentNotFound: the store or the car does not exist, or the car is none of the program's customers'.
    """
    authorise(actor, "appointments.book", subject(store_id=store_id))
    found = await store_and_car(store_id, vehicle_id)
    if found is None or not await _owners_are_theirs(actor, vehicle_id):
        raise AppointmentNotFound
    store, vehicle = found
    return await bookable_for(store, await vehicle.model)


async def slots(actor: Actor, visit: WantedVisit, days: Sequence[date]) -> list[SlotAnswer]:
    """Every slot of the days, free or with the reasons against it.

    Raises:
        NotAllowed, AppointmentNotFound, NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    await _require_theirs(actor, visit.customer_id)
    return await free_times.slots(actor, visit, days)


async def book(actor: Actor, visit: WantedVisit, starts_at: datetime, note: str) -> Appointment:
    """Book; an advisor of the store confirms it unless the store confirms by itself.

    Raises:
        NotAllowed, AppointmentNotFound, and the refusals of `booking.book`.
    """
    await _require_theirs(actor, visit.customer_id)
    return await booking.book(
        actor,
        customer_id=visit.customer_id,
        vehicle_id=visit.vehicle_id,
        store_id=visit.store_id,
        item_ids=visit.item_ids,
        starts_at=starts_at,
        note=note,
    )


async def _require_theirs(actor: Actor, customer_id: int) -> None:
    is_theirs = await Customer.exists(id=customer_id, home_store_id__in=sorted(actor.partner_stores))
    if not is_theirs:
        raise AppointmentNotFound


async def _owners_are_theirs(actor: Actor, vehicle_id: int) -> bool:
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM ownership o JOIN customer c ON c.id = o.customer_id "
            "WHERE o.vehicle_id = $1 AND o.until_on IS NULL AND c.home_store_id = ANY($2))",
            vehicle_id,
            sorted(actor.partner_stores),
        )
    )
