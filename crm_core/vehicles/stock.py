"""库存车: cars a store has and nobody owns. A car that has an owner is in nobody's stock, whatever its row says."""

from collections.abc import Collection
from datetime import date

from crm_core.vehicles.models import StockCar
from foundation.reading import Query, read_model


@read_model
class StockEntry:
    """A car in stock."""

    id: int
    vehicle_id: int
    store_id: int
    vin: str
    series: str
    trim: str
    colour: str
    arrived_on: date


_IN_STOCK = Query(
    StockEntry,
    """
    SELECT s.id, s.vehicle_id, s.store_id, v.vin, m.series, m.trim, s.colour, s.arrived_on
    FROM stock_car s JOIN vehicle v ON v.id = s.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE s.left_on IS NULL AND s.store_id = ANY($1) AND s.id > $2
      AND NOT EXISTS (SELECT FROM ownership o WHERE o.vehicle_id = s.vehicle_id AND o.until_on IS NULL)
    ORDER BY s.id LIMIT $3
    """,
)


async def of_stores(store_ids: Collection[int], *, after: int, limit: int) -> list[StockEntry]:
    """The cars these stores have, in the order in which they were filed, from the one after `after` on."""
    return await _IN_STOCK.all(list(store_ids), after, limit)


async def place(vehicle_id: int, store_id: int, *, colour: str, arrived_on: date, left_on: date | None) -> bool:
    """Put a car into a store's stock, move it there, or (`left_on`) take it out. Whether anything changed.

    The caller's transaction holds a lock under which nobody else places cars.
    """
    live = await StockCar.filter(vehicle_id=vehicle_id, left_on=None).first()
    if left_on is not None:
        if live is None:
            return False
        live.left_on = max(left_on, live.arrived_on)
        await live.save(update_fields=["left_on"])
        return True
    if live is not None and live.store_id == store_id:
        if colour in ("", live.colour):
            return False
        live.colour = colour
        await live.save(update_fields=["colour"])
        return True
    if live is not None:
        live.left_on = max(arrived_on, live.arrived_on)
        await live.save(update_fields=["left_on"])
    await StockCar.create(vehicle_id=vehicle_id, store_id=store_id, colour=colour, arrived_on=arrived_on)
    return True
