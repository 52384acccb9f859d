"""Where staff can move an appointment to."""

from collections.abc import Sequence
from datetime import date

from crm_core.appointments import capacity, rules
from crm_core.appointments.booking import work_in
from crm_core.appointments.capacity import Asker
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentPolicy, SlotAnswer
from crm_core.appointments.service import part_numbers, subject_of
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise
from crm_core.policies.current import policy_of
from foundation import clock


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
