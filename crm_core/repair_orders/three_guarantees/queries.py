"""The 三包 counters of a car for its page and for the page of its order."""

from datetime import date
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.three_guarantees import rules
from crm_core.repair_orders.three_guarantees.counting import standing_of
from crm_core.repair_orders.three_guarantees.rules import Counted, Level
from crm_core.vehicles.errors import VehicleNotFound
from foundation.reading import Query, read_model


@read_model
class CounterRow:
    """One counter with the law's limit in words."""

    counted: Counted
    word: str
    used: int
    unit: str
    what: str
    law: str
    level: Level


@read_model
class ThreeGuarantees:
    """A car's counters; `last_day` is None where nobody knows when it was delivered, and then nothing is counted."""

    vehicle_id: int
    last_day: date | None
    last_km: int
    repairs: int
    counters: list[CounterRow]


@read_model
class _Place:
    """Whose the car or order is."""

    store_id: int | None
    vehicle_id: int


_OF_CAR: Final = Query(
    _Place,
    """
    SELECT v.id AS vehicle_id,
           coalesce((SELECT r.store_id FROM repair_order r WHERE r.vehicle_id = v.id ORDER BY r.id DESC LIMIT 1),
                    (SELECT c.home_store_id FROM ownership o JOIN customer c ON c.id = o.customer_id
                     WHERE o.vehicle_id = v.id ORDER BY o.until_on IS NULL DESC, o.id DESC LIMIT 1)) AS store_id
    FROM vehicle v WHERE v.id = $1
    """,
)
_OF_ORDER: Final = Query(_Place, "SELECT store_id, vehicle_id FROM repair_order WHERE id = $1")


async def of_vehicle(actor: Actor, vehicle_id: int) -> ThreeGuarantees:
    """The counters of a car, for staff of the store that last had it.

    Raises:
        VehicleNotFound, NotAllowed.
    """
    place = await _OF_CAR.first(vehicle_id)
    if place is None or place.store_id is None:
        raise VehicleNotFound
    authorise(actor, "repair_orders.read", subject(store_id=place.store_id))
    return await _counters(place.vehicle_id)


async def of_order(actor: Actor, repair_order_id: int) -> ThreeGuarantees:
    """The counters of the car of an order.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    place = await _OF_ORDER.first(repair_order_id)
    if place is None:
        raise RepairOrderNotFound
    authorise(actor, "repair_orders.read", subject(store_id=place.store_id))
    return await _counters(place.vehicle_id)


async def _counters(vehicle_id: int) -> ThreeGuarantees:
    standing = await standing_of(vehicle_id)
    return ThreeGuarantees(
        vehicle_id=vehicle_id,
        last_day=standing.last_day,
        last_km=standing.last_km,
        repairs=len(standing.repairs),
        counters=[
            CounterRow(
                counted=count.counted,
                word=rules.WORDS[count.counted][0],
                used=count.used,
                unit=rules.WORDS[count.counted][1],
                what=count.what,
                law=count.law,
                level=count.level,
            )
            for count in standing.counts
        ],
    )
