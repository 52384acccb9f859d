"""Cars of customers, and cars in stock."""

from typing import Literal

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.partners import bringing, bringing_stock, reading
from crm_core.partners.calls import SentRow
from crm_core.vehicles.stock import StockEntry
from foundation.web import Cursor, Day, Page, Schema
from partner_api.admission import api
from partner_api.shapes import MOST_ROWS, BroughtOut, Custom, ExternalId, StoreCode, Text, cells, told


class BroughtCar(Schema):
    """A car as the program has it. A value left out or empty changes nothing; kilometres only rise."""

    external_id: ExternalId
    vin: Text
    owner_external_id: ExternalId | None = None
    """A customer the program brought before."""
    role: Literal["车主", "使用人"] | None = None
    since_on: Day | None = None
    """The day on which the customer took it over; it ends the owner before."""
    plate: Text | None = None
    model: Text | None = None
    delivered_on: Day | None = None
    insurance_ends_on: Day | None = None
    inspection_due_on: Day | None = None
    odometer: int | None = Field(default=None, ge=0, le=999_999)
    store: StoreCode | None = None
    custom: Custom = {}


class BroughtCarsIn(Schema):
    """Up to 200 cars."""

    rows: list[BroughtCar] = Field(min_length=1, max_length=MOST_ROWS)


class BroughtStockCar(Schema):
    """A car a store has and nobody owns; with `left_on` it has left."""

    external_id: ExternalId
    vin: Text
    model: Text | None = None
    colour: Text | None = None
    arrived_on: Day | None = None
    left_on: Day | None = None
    store: StoreCode | None = None


class BroughtStockIn(Schema):
    """Up to 200 cars in stock."""

    rows: list[BroughtStockCar] = Field(min_length=1, max_length=MOST_ROWS)


class StockCarsQuery(Schema):
    """Where the list goes on."""

    cursor: Cursor | None = None


@api.post("/cars", summary="Bring cars by the program's numbers; the same again changes nothing")
async def bring_cars(actor: Actor, body: BroughtCarsIn) -> BroughtOut:
    return told(
        await bringing.bring_cars(actor, [SentRow(row.external_id, cells(row), row.custom) for row in body.rows])
    )


@api.post("/stock-cars", summary="Bring cars in stock by the program's numbers")
async def bring_stock_cars(actor: Actor, body: BroughtStockIn) -> BroughtOut:
    rows = [SentRow(row.external_id, cells(row)) for row in body.rows]
    return told(await bringing_stock.bring_stock(actor, rows))


@api.get("/stock-cars", summary="Cars in stock, a hundred at a time")
async def read_stock_cars(actor: Actor, query: StockCarsQuery) -> Page[StockEntry]:
    found = await reading.stock_cars(actor, int(query.cursor or 0))
    return Page[StockEntry](items=found, next_cursor=str(found[-1].id) if len(found) == reading.AT_ONCE else None)
