"""The free times that screens offer. They are reckoned from the very rows that booking and moving reckon with, so that
what is offered can be taken.
"""

from collections.abc import Sequence
from datetime import date

from crm_core.appointments import capacity, rules
from crm_core.appointments.booking import wanted_work, work_in
from crm_core.appointments.capacity import Asker
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentPolicy, SlotAnswer, WantedWork
from crm_core.appointments.service import part_numbers, subject_of
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.pricing import job_prices
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Vehicle
from foundation import clock


async def slots(
    actor: Actor, *, customer_id: int, vehicle_id: int, store_id: int, item_ids: list[int], days: list[date]
) -> list[SlotAnswer]:
    """Every slot of the days for this work, free or with the reasons against it. Days too far ahead are left out.

    Raises:
        AppointmentNotFound: the store or the car does not exist, or the car is not the owner's.
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    authorise(actor, "appointments.book", subject(store_id=store_id, customer_id=customer_id))
    store = await Store.get_or_none(id=store_id, is_live=True)
    vehicle = await Vehicle.get_or_none(id=vehicle_id)
    if store is None or vehicle is None:
        raise AppointmentNotFound
    if actor.is_owner and not await is_bound(vehicle_id=vehicle_id, customer_id=customer_id):
        raise AppointmentNotFound
    wanted = await wanted_work(store, await vehicle.model, await job_prices.alone(store, vehicle, item_ids))
    last_day = rules.last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store_id))
    return await capacity.free_slots(store, wanted, [day for day in days if day <= last_day])


async def places(actor: Actor, store_id: int, day: date) -> list[SlotAnswer]:
    """Every slot of a day for an ordinary job (an hour in a quick bay), for staff who talk to a caller.

    Raises:
        AppointmentNotFound: there is no such live store.
        NotAllowed: the actor may not read its appointments.
    """
    authorise(actor, "appointments.read", subject(store_id=store_id))
    store = await Store.get_or_none(id=store_id, is_live=True)
    if store is None:
        raise AppointmentNotFound
    ordinary = WantedWork(minutes=60, bay_kind=BayKind.QUICK.value)
    if day > rules.last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store_id)):
        return []
    return await capacity.free_slots(store, ordinary, [day])


async def slots_to_move(actor: Actor, appointment_id: int, days: Sequence[date]) -> list[SlotAnswer]:
    """Every slot of the days for an appointment; its own place counts as free, days too far ahead are left out.

    A visitor's booking is moved alike before anybody has seen the car: what it needs is known from its jobs.

    Raises:
        AppointmentNotFound: it does not exist.
        NotAllowed: the actor does not move appointments of its store.
    """
    appointment = await Appointment.get_or_none(id=appointment_id)
    if appointment is None:
        raise AppointmentNotFound
    authorise(actor, "appointments.reschedule", subject_of(appointment))
    store = await Store.get(id=appointment.store_id)
    wanted = await work_in(store, appointment.bay_kind, appointment.minutes, await part_numbers(appointment))
    last_day = rules.last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store.id))
    return await capacity.free_slots(
        store,
        wanted,
        [day for day in days if day <= last_day],
        Asker(appointment.customer_id, appointment.id),
    )
