"""库存车: cars a store has and nobody owns. A car that has an owner is in nobody's stock, whatever its row says."""

from collections.abc import Collection
from datetime import date
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.vehicles.models import StockCar
from foundation.reading import Query, read_model

PAGE: Final = 50
_ACTION: Final = "vehicles.read_stock"


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


@read_model
class StockCarRow:
    """A car of a store as its people see it; the VIN is masked by the door. `left_on` is None while it is there."""

    id: int
    vehicle_id: int
    store: str
    vin: str
    series: str
    trim: str
    guide_price_fen: int
    colour: str
    arrived_on: date
    left_on: date | None


_LISTED: Final = Query(
    StockCarRow,
    f"""
    SELECT s.id, s.vehicle_id, t.short_name AS store, v.vin, m.series, m.trim, m.guide_price_fen, s.colour,
      s.arrived_on, s.left_on
    FROM stock_car s JOIN store t ON t.id = s.store_id JOIN vehicle v ON v.id = s.vehicle_id
    JOIN vehicle_model m ON m.id = v.model_id
    WHERE ($1::bigint[] IS NULL OR s.store_id = ANY($1)) AND (s.left_on IS NOT NULL) = $2
      AND ($2 OR NOT EXISTS (SELECT FROM ownership o WHERE o.vehicle_id = s.vehicle_id AND o.until_on IS NULL))
      AND ($3 = '' OR position(lower($3) IN lower(m.series || ' ' || m.trim || ' ' || s.colour)) > 0
        OR right(v.vin, greatest(length($3), 6)) = upper($3))
      AND ($4 = 0 OR (s.arrived_on, s.id) > (SELECT a.arrived_on, a.id FROM stock_car a WHERE a.id = $4))
    ORDER BY s.arrived_on, s.id LIMIT {PAGE + 1}
    """,
)


async def of_reader(
    actor: Actor,
    *,
    store_id: int | None = None,
    text: str = "",
    has_left: bool = False,
    after: int = 0,
) -> list[StockCarRow]:
    """Cars of one store, or of all the actor reaches, whichever has stood longest first: those there, or those that
    left. At most one more than a page, after the car with this id.

    `text` is part of model or colour, or the end of a VIN from six characters on.

    Raises:
        NotAllowed: the store is outside the actor's reach, or their role does not sell.
    """
    authorise(actor, _ACTION, subject(store_id=store_id))
    reached = stores_within(actor, _ACTION)
    stores = [store_id] if store_id is not None else None if reached is None else sorted(reached)
    return await _LISTED.all(stores, has_left, text.strip(), after)


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
