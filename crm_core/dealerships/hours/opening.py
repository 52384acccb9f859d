"""Reads the hours of stores."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from crm_core.dealerships.hours.models import StoreWeekday
from crm_core.dealerships.hours.open_time import OpenTime
from crm_core.dealerships.hours.rules import DayHours, StoreHours, within
from crm_core.dealerships.models import Store, StoreClosure
from foundation import clock


async def hours_of(stores: Sequence[Store], first: date, last: date) -> dict[int, StoreHours]:
    """The hours of each store, with the exceptions of the days from `first` to `last`."""
    ids = [store.id for store in stores]
    weekdays: dict[int, dict[int, DayHours | None]] = defaultdict(dict)
    for row in await StoreWeekday.filter(store_id__in=ids, is_active=True):
        hours = DayHours(row.opens_minute, row.last_slot_minute, row.closes_minute)
        weekdays[row.store_id][row.weekday] = hours if row.is_open else None
    exceptions: dict[int, list[StoreClosure]] = defaultdict(list)
    for closure in await StoreClosure.filter(store_id__in=ids, is_active=True, day__gte=first, day__lte=last):
        exceptions[closure.store_id].append(closure)
    found = {}
    for store in stores:
        usual = usual_hours(store)
        found[store.id] = StoreHours(
            usual, weekdays[store.id], {each.day: _exception(usual, each) for each in exceptions[store.id]}
        )
    return found


async def hours_on(store: Store, day: date) -> DayHours | None:
    """The hours of a store on one day; None when it is shut."""
    return (await hours_of([store], day, day))[store.id].on(day)


async def open_time(store: Store, first: date, days: int) -> OpenTime:
    """When a store is open from a day on, for so many days."""
    dates = [first + timedelta(days=number) for number in range(days)]
    hours = (await hours_of([store], dates[0], dates[-1]))[store.id]
    return OpenTime(
        tuple(
            (clock.at(day) + timedelta(minutes=on.opens), clock.at(day) + timedelta(minutes=on.closes))
            for day in dates
            if (on := hours.on(day)) is not None
        )
    )


def usual_hours(store: Store) -> DayHours:
    """The hours that hold on every day about which nothing else is said."""
    return DayHours(store.opens_minute, store.last_slot_minute, store.closes_minute)


def _exception(usual: DayHours, closure: StoreClosure) -> DayHours | None:
    if closure.opens_minute is None or closure.closes_minute is None:
        return None
    return within(usual, closure.opens_minute, closure.closes_minute)
