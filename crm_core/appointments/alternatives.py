"""Other times for a booking the store called off: its notice says that there are two, and its page shows them."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.appointments import capacity, queries
from crm_core.appointments.capacity_rules import nearest_free
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.free_times import in_reach
from crm_core.appointments.models import Appointment, AppointmentItem
from crm_core.appointments.parts_held import part_numbers, work_in
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, owners_own
from foundation import clock
from foundation.reading import read_model

OFFERED: Final = 2
_AROUND: Final = timedelta(days=7)
"""A time further away than a week from the old one is no substitute for it; the calendar has the others."""


@read_model
class OtherTimes:
    """What was booked, and up to two times at which the store can do it instead, the nearest to the old one first."""

    store_id: int
    item_ids: list[int]
    starts_at: list[datetime]


async def other_times(actor: Actor, appointment_id: int) -> OtherTimes:
    """The free times nearest to that of a booking which was called off. There are none once the car is booked again.

    Raises:
        NotFound: it does not exist, or is not theirs.
    """
    appointment = await Appointment.get_or_none(id=appointment_id)
    if appointment is None:
        raise AppointmentNotFound
    authorise(actor, "appointments.read", owners_own(appointment.customer_id))
    items = await AppointmentItem.filter(appointment_id=appointment.id).order_by("id").values_list("item_id", flat=True)
    found = OtherTimes(appointment.store_id, [int(str(item)) for item in items], [])
    is_called_off = appointment.state in (AppointmentState.CANCELLED, AppointmentState.EXPIRED)
    store = await Store.get(id=appointment.store_id)
    if not is_called_off or appointment.vehicle_id is None or not store.is_live:
        return found
    if await queries.live_one_of(appointment.vehicle_id) is not None:
        return found
    wanted = await work_in(store, appointment.bay_kind, appointment.minutes, await part_numbers(appointment))
    old_day = clock.local(appointment.starts_at).date()
    first = max(clock.today(), old_day - _AROUND)
    days = [first + timedelta(days=n) for n in range((max(first, old_day) + _AROUND - first).days + 1)]
    answers = (await capacity.ask(store, wanted, await in_reach(store, days))).answers()
    return OtherTimes(
        found.store_id,
        found.item_ids,
        [each.starts_at for each in nearest_free(answers, appointment.starts_at)[:OFFERED]],
    )
