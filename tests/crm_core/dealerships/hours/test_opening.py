"""The hours of a store as they stand in the tables."""

from datetime import date

from crm_core.dealerships.hours.models import StoreWeekday
from crm_core.dealerships.hours.opening import hours_on, usual_hours
from crm_core.dealerships.models import StoreClosure
from tests import factories as make

SUNDAY = date(2026, 11, 29)


async def test_a_store_is_open_as_usual_unless_a_weekday_or_a_date_says_otherwise(database: None) -> None:
    store = await make.make_store(advisors=0)
    assert await hours_on(store, SUNDAY) == usual_hours(store)
    await StoreWeekday.create(
        store_id=store.id, weekday=6, is_open=False, opens_minute=0, last_slot_minute=30, closes_minute=60
    )
    assert await hours_on(store, SUNDAY) is None
    await StoreClosure.create(store_id=store.id, day=SUNDAY, opens_minute=600, closes_minute=900)
    hours = await hours_on(store, SUNDAY)
    assert hours is not None
    assert (hours.opens, hours.closes) == (600, 900)
