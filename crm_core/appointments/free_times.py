"""The free times that screens offer. They are reckoned from the very rows that booking and moving reckon with, so that
what is offered can be taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm_core.appointments import capacity, rules
from crm_core.appointments.booking import wanted_work
from crm_core.appointments.capacity import Asked, Asker
from crm_core.appointments.capacity_rules import SlotAnswer, WantedWork
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.explaining_rules import Explained
from crm_core.appointments.models import Appointment
from crm_core.appointments.parts_held import part_numbers, work_in
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.appointments.service import subject_of
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.pricing import job_prices
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.refs import Ref


@dataclass(frozen=True)
class WantedVisit:
    """Which car of whom would come where for which items."""

    customer_id: int
    vehicle_id: int
    store_id: int
    item_ids: Sequence[int]


async def slots(actor: Actor, visit: WantedVisit, days: Sequence[date]) -> list[SlotAnswer]:
    """Every slot of the days for this work, free or with the reasons against it. Days too far ahead are left out.

    Raises:
        AppointmentNotFound: the store or the car does not exist, or the car is not the owner's.
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    return (await _asked(actor, visit, days)).answers()


async def explained_slots(actor: Actor, visit: WantedVisit, days: Sequence[date]) -> list[Explained]:
    """The same for staff, with everything each answer rests on.

    Raises:
        NotAllowed: the actor may not read the store's appointments.
        AppointmentNotFound, NothingWanted, ItemsNotBookable, TooMuchForOneDay: as in `slots`.
    """
    authorise(actor, "appointments.read", subject(store_id=visit.store_id))
    return (await _asked(actor, visit, days)).explained()


async def _asked(actor: Actor, visit: WantedVisit, days: Sequence[date]) -> Asked:
    authorise(actor, "appointments.book", subject(store_id=visit.store_id, customer_id=visit.customer_id))
    store = await Store.get_or_none(id=visit.store_id, is_live=True)
    vehicle = await Vehicle.get_or_none(id=visit.vehicle_id)
    if store is None or vehicle is None:
        raise AppointmentNotFound
    if actor.is_owner and not await is_bound(vehicle_id=vehicle.id, customer_id=visit.customer_id):
        raise AppointmentNotFound
    items = await job_prices.alone(store, vehicle, list(visit.item_ids))
    return await capacity.ask(store, await wanted_work(store, await vehicle.model, items), await in_reach(store, days))


async def places(actor: Actor, store_id: int, day: date) -> list[Explained]:
    """Every slot of a day for an ordinary job (an hour in a quick bay), for staff who talk to a caller.

    Raises:
        AppointmentNotFound: there is no such live store.
        NotAllowed: the actor may not read its appointments.
    """
    authorise(actor, "appointments.read", subject(store_id=store_id))
    store = await Store.get_or_none(id=store_id, is_live=True)
    if store is None:
        raise AppointmentNotFound
    ordinary = WantedWork(minutes=60, bay_kind=BayKind.QUICK)
    return (await capacity.ask(store, ordinary, await in_reach(store, [day]))).explained()


async def slots_to_move(actor: Actor, appointment_id: int, days: Sequence[date]) -> list[Explained]:
    """Every slot of the days for an appointment; its own place counts as free, days too far ahead are left out.

    A visitor's booking is moved alike before anybody has seen the car: what it needs is known from its jobs.

    Raises:
        AppointmentNotFound: it does not exist.
        NotAllowed: the actor does not move appointments of its store, or may not read them.
    """
    appointment = await Appointment.get_or_none(id=appointment_id)
    if appointment is None:
        raise AppointmentNotFound
    authorise(actor, "appointments.reschedule", subject_of(appointment))
    authorise(actor, "appointments.read", subject_of(appointment))
    store = await Store.get(id=appointment.store_id)
    numbers, about = await part_numbers(appointment), Ref("appointment", appointment.id)
    wanted = await work_in(store, appointment.bay_kind, appointment.minutes, numbers, held_for=about)
    asker = Asker(appointment.customer_id, appointment.id)
    return (await capacity.ask(store, wanted, await in_reach(store, days), asker)).explained()


async def in_reach(store: Store, days: Sequence[date]) -> list[date]:
    """The days that are not further ahead than the store promises."""
    last_day = rules.last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store.id))
    return [day for day in days if day <= last_day]
