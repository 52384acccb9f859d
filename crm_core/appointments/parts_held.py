"""The parts a booking needs: what of them is short, when it comes, and what is held 留件, here or on its way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crm_core.appointments.capacity_rules import WantedWork
from crm_core.appointments.models import Appointment, AppointmentItem
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.dealerships.models import BayKind, Store
from crm_core.parts import holds
from crm_core.parts.purchases import arriving
from crm_core.parts.stock import are_short
from crm_core.policies.current import policy_of
from crm_core.pricing.models import ServiceItem
from foundation import clock, database
from foundation.refs import Ref

_TO_COME = (AppointmentState.REQUESTED, AppointmentState.CONFIRMED)
"""The states of a booking for which nobody has opened an order, which then holds the parts."""


async def work_in(
    store: Store, kind: BayKind, minutes: int, part_numbers: Sequence[str], *, held_for: Ref | None = None
) -> WantedWork:
    """Work of `minutes` in a bay of this kind. Parts the store has not in stock are expected with what it ordered, else
    with its next delivery; what the appointment `held_for` holds is there for it.
    """
    is_short = await are_short(store.id, part_numbers, held_for=held_for)
    return WantedWork(
        minutes=minutes,
        bay_kind=kind,
        is_part_missing=is_short,
        parts_arrive_at=await _arrival(store.id, part_numbers, held_for) if is_short else None,
    )


async def hold_parts(
    wanted: WantedWork, about: Ref, store_id: int, part_numbers: Sequence[str], starts_at: datetime
) -> WantedWork:
    """Hold the parts of a booking 留件 and return its work as it is then: a part that somebody else was promised a
    moment ago is missing.

    A booking after the next delivery holds nothing on the shelf: what lies there today is for the cars that come before
    it. It holds pieces of what is ordered and comes in time; the rest is held when its day comes near (`hold_ahead`).
    """
    arrives_at = await _next_delivery(store_id)
    if starts_at > arrives_at:
        await holds.release(about, store_id)
        await arriving.hold(about, store_id, part_numbers, before=starts_at)
        return wanted
    if await holds.keep(about, store_id, part_numbers):
        return replace(wanted, is_part_missing=False, parts_arrive_at=None)
    coming_at = await arriving.hold(about, store_id, part_numbers, before=starts_at)
    return replace(wanted, is_part_missing=True, parts_arrive_at=coming_at or arrives_at)


async def hold_ahead() -> None:
    """留件 for bookings whose day has come near since they were made: what lies on the shelf is for them now, too."""
    for store in await Store.filter(is_live=True).order_by("id"):
        near = Appointment.filter(
            store_id=store.id,
            state__in=_TO_COME,
            starts_at__gte=clock.now(),
            starts_at__lte=await _next_delivery(store.id),
        )
        for appointment_id in await near.order_by("starts_at", "id").values_list("id", flat=True):
            async with database.transaction():
                appointment = await Appointment.select_for_update().get(id=appointment_id)
                if appointment.state in _TO_COME:
                    await _hold_again(appointment)


async def part_numbers(appointment: Appointment) -> list[str]:
    """The part numbers that the appointment's work needs."""
    items = await AppointmentItem.filter(appointment_id=appointment.id).values_list("item_id", flat=True)
    numbers = await ServiceItem.filter(id__in=list(items)).values_list("part_number", flat=True)
    return [str(number) for number in numbers]


async def _hold_again(appointment: Appointment) -> None:
    about, numbers = Ref("appointment", appointment.id), await part_numbers(appointment)
    if not await holds.keep(about, appointment.store_id, numbers):
        await arriving.hold(about, appointment.store_id, numbers, before=appointment.starts_at)


async def _arrival(store_id: int, part_numbers: Sequence[str], held_for: Ref | None) -> datetime:
    """When what is short comes: as it is ordered; unordered, with the next delivery."""
    ordered = await arriving.covered_at(store_id, part_numbers, held_for=held_for)
    return ordered or await _next_delivery(store_id)


async def _next_delivery(store_id: int) -> datetime:
    return clock.now() + timedelta(days=(await policy_of(AppointmentPolicy, store_id)).restock_days)
