"""Which car and which jobs a member may mean, within what they may see; where they may book."""

from typing import Final

from crm_core.booking_talks.wish_rules import Wish
from crm_core.customers import listing
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_plate
from crm_core.dealerships.permissions import stores_within
from crm_core.pricing.job_prices import PricedItem, store_and_car
from crm_core.pricing.packages import bookable_for
from foundation.reading import Query, read_model

MOST: Final = 6
"""The most that a question lists; more say too little."""


@read_model
class MeantCar:
    """A car with the customer who has it now."""

    customer_id: int
    vehicle_id: int
    customer_name: str
    plate: str
    series: str

    @property
    def words(self) -> str:
        """As a question lists it: nothing in the chat shows a whole name or plate."""
        return f"{self.series} {mask_plate(self.plate) or '没上牌'} {mask_name(self.customer_name)}"


_CARS: Final = Query(
    MeantCar,
    """
    SELECT o.customer_id, v.id AS vehicle_id, c.name AS customer_name, v.plate, m.series
    FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    JOIN customer c ON c.id = o.customer_id
    WHERE o.customer_id = ANY($1::bigint[]) AND o.until_on IS NULL AND v.gone_reason = ''
      AND position($2 IN v.plate) > 0
    ORDER BY c.id DESC, v.id
    """,
)


def store_of(actor: Actor) -> int | None:
    """The store in which the member books: their own if they may, else the only one they may."""
    stores = stores_within(actor, "appointments.book")
    if stores is None or actor.store_id in stores:
        return actor.store_id
    return next(iter(stores)) if len(stores) == 1 else None


async def cars(actor: Actor, wish: Wish) -> list[MeantCar]:
    """The cars that the clue may mean; with a plate only those that have it."""
    people = await listing.find(actor, wish.clue, limit=MOST + 1)
    return await _CARS.all([person.id for person in people], wish.plate)


async def jobs(store_id: int, vehicle_id: int) -> list[PricedItem]:
    """What can be booked for the car in the store."""
    found = await store_and_car(store_id, vehicle_id)
    if found is None:
        return []
    store, vehicle = found
    return [item for item in await bookable_for(store, await vehicle.model) if item.is_bookable]


@read_model
class OfferedCar:
    """What a card shows of an offer; the card masks the name and the plate."""

    customer_name: str
    plate: str
    series: str
    job: str


_OFFERED: Final = Query(
    OfferedCar,
    "SELECT c.name AS customer_name, v.plate, m.series, i.name AS job FROM vehicle v "
    "JOIN vehicle_model m ON m.id = v.model_id JOIN customer c ON c.id = $2 JOIN service_item i ON i.id = $3 "
    "WHERE v.id = $1",
)


async def offered(vehicle_id: int, customer_id: int, item_id: int) -> OfferedCar:
    """The car, its customer and the job of an offer that is whole."""
    found = await _OFFERED.first(vehicle_id, customer_id, item_id)
    assert found is not None
    return found
