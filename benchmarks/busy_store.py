"""A store whose next week is well booked, for the benchmarks of free times."""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app import orm
from app.seed import fill
from app.wiring import wire
from benchmarks.stack import migrated, servers
from crm_core.appointments import booking
from crm_core.appointments.errors import SlotNotPossible, SlotTaken
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Staff, Store
from crm_core.pricing.models import ServiceItem
from foundation import cache, clock, database
from foundation.settings import get_settings

DAYS: Final = 7
_CARS: Final = """
SELECT o.customer_id, o.vehicle_id FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id
JOIN vehicle_model m ON m.id = v.model_id
WHERE o.until_on IS NULL AND EXISTS (SELECT FROM item_price p WHERE p.item_id = $2 AND p.series IN (m.series, ''))
ORDER BY o.vehicle_id LIMIT $1
"""


@dataclass(frozen=True)
class Car:
    """A car and its owner."""

    customer_id: int
    vehicle_id: int


@dataclass(frozen=True)
class BusyStore:
    """The store, who books there, a job, and cars that have no booking."""

    store: Store
    advisor: Actor
    item_id: int
    cars: list[Car]

    async def book(self, car: Car, day: int, minute: int) -> bool:
        """Book on the day after so many, at a minute after midnight; False if the time is refused."""
        try:
            await booking.book(
                self.advisor,
                customer_id=car.customer_id,
                vehicle_id=car.vehicle_id,
                store_id=self.store.id,
                item_ids=[self.item_id],
                starts_at=clock.at(clock.today() + timedelta(days=day)) + timedelta(minutes=minute),
            )
        except (SlotTaken, SlotNotPossible):
            return False
        return True


@contextlib.asynccontextmanager
async def busy_store(*, owners: int, booked: int) -> AsyncIterator[BusyStore]:
    """Durable servers with the demo's group, and `booked` of the `owners` booked over the coming week."""
    with servers() as stack:
        await migrated(stack)
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            await fill(owners, quiet=True, living_stores=0)
            item = await ServiceItem.get(code="MAINT-S")
            rows = await database.fetch(_CARS, owners, item.id)
            cars = [Car(row["customer_id"], row["vehicle_id"]) for row in rows]
            advisor = await staff_actor((await Staff.get(userid="limin")).id)
            store = BusyStore(await Store.get(id=1), advisor, item.id, cars[booked:])
            for number, car in enumerate(cars[:booked]):
                await store.book(car, 1 + number % DAYS, 540 + 30 * (number // DAYS % 14))
            yield store
        finally:
            await cache.close()
            await database.close()
