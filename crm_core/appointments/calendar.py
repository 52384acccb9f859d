"""The calendar for a booking: which days have room for the work, in the chosen store and in other stores."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.appointments import capacity, rules
from crm_core.appointments.booking import Needs
from crm_core.appointments.calendar_rules import DayRoom, beyond_reach, room_of_day
from crm_core.appointments.capacity import Asker
from crm_core.appointments.capacity_rules import first_free, slots_of_day
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.appointments.parts_held import work_in
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.dealerships.holidays import reading
from crm_core.dealerships.models import Store
from crm_core.policies.current import policy_of
from foundation import clock
from foundation.reading import read_model

CALENDAR_DAYS: Final = 42
"""Six weeks, as many days as a calendar page on a phone shows."""
STORES_COMPARED: Final = 6
"""For how many stores the free days are computed; other stores of a large group are only listed until chosen."""


@read_model
class StoreRoom:
    """A store that could do the work. `free_days` is None if its days were not computed."""

    id: int
    name: str
    short_name: str
    city: str
    address: str
    latitude: float | None
    longitude: float | None
    phone: str
    opens_minute: int
    closes_minute: int
    is_chosen: bool
    first_free: datetime | None
    free_days: list[date] | None


@read_model
class CalendarSlot:
    """A half-hour slot of the day that is shown; `reason` says why it cannot be booked."""

    starts_at: datetime
    places_left: int
    reason: str | None


@read_model
class Calendar:
    """Six weeks of the chosen store, the slots of one day, and the days on which other stores have room."""

    store_id: int
    stores: list[StoreRoom]
    days: list[DayRoom]
    day: date | None
    """The day whose slots are shown: the requested one, else the first with room; None when no day has room."""
    slots: list[CalendarSlot]
    last_day: date


async def live_stores(store_id: int | None) -> list[Store]:
    """The stores that take bookings: first the requested one, then those of its city, then the others.

    Raises:
        AppointmentNotFound: there is no such store, or none at all.
    """
    stores = await Store.filter(is_live=True).order_by("id")
    chosen = next((store for store in stores if store_id in (None, store.id)), None)
    if chosen is None:
        raise AppointmentNotFound("没找到这家门店。")
    return sorted(stores, key=lambda store: (store is not chosen, store.city != chosen.city, store.id))


async def of_stores(
    stores: Sequence[Store], needs: Needs, *, day: date | None = None, asker: Asker | None = None
) -> Calendar:
    """The calendar for this work; the first store is the chosen one. Places of `asker` count as free."""
    chosen, days = stores[0], [clock.today() + timedelta(days=n) for n in range(CALENDAR_DAYS + 1)]
    compared, now = stores[:STORES_COMPARED], clock.now()
    known = await capacity.workshop_days(compared, days, asker)
    holidays = await reading.between(days[0], days[-1])
    free: dict[int, list[datetime]] = {}
    for store in compared:
        policy = await policy_of(AppointmentPolicy, store.id)
        work = await work_in(store, needs.kind, needs.minutes, needs.part_numbers)
        reachable = [each for each in days if each <= rules.last_bookable_day(now, policy)]
        if store is chosen:
            last_day = reachable[-1]
            slots = {each: slots_of_day(work, known[store.id, each], now, policy) for each in reachable}
            rooms = [
                replace(
                    room_of_day(each, slots[each]) if each in slots else beyond_reach(each),
                    holiday=holidays.word_for(each),
                )
                for each in days
            ]
            starts = [room.first_free for room in rooms]
        else:
            # For the other stores only whether a day has room is shown, so it is enough to find its first free slot.
            starts = [first_free(work, known[store.id, each], now, policy) for each in reachable]
        free[store.id] = [at for at in starts if at is not None]
    shown = day if day in slots else next((room.day for room in rooms if room.has_room), None)
    return Calendar(
        store_id=chosen.id,
        stores=[_store(store, free.get(store.id), is_chosen=store is chosen) for store in stores],
        days=rooms,
        day=shown,
        slots=[CalendarSlot(each.starts_at, each.places_left, each.reason) for each in slots[shown]] if shown else [],
        last_day=last_day,
    )


def _store(store: Store, free: Sequence[datetime] | None, *, is_chosen: bool) -> StoreRoom:
    return StoreRoom(
        id=store.id,
        name=store.name,
        short_name=store.short_name,
        city=store.city,
        address=store.address,
        latitude=store.latitude,
        longitude=store.longitude,
        phone=store.phone,
        opens_minute=store.opens_minute,
        closes_minute=store.closes_minute,
        is_chosen=is_chosen,
        first_free=free[0] if free else None,
        free_days=None if free is None else [clock.local(at).date() for at in free],
    )
