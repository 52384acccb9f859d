"""库存车: what stands in the stores, for whoever sells it."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.vehicles import stock
from crm_core.vehicles.stock import StockCarRow
from foundation.web import Cursor, Id, Page, Schema


class CarsInStockQuery(Schema):
    """`q` is part of model or colour, or the end of a VIN; `has_left` asks for those that are there no more."""

    q: str = Field(default="", max_length=40)
    store_id: Id | None = None
    has_left: bool = False
    cursor: Cursor | None = None


@api.get("/stock-cars", summary="Cars in stock, whichever has stood longest first")
async def stock_cars_of_stores(actor: Actor, query: CarsInStockQuery) -> Page[StockCarRow]:
    rows = await stock.of_reader(
        actor, store_id=query.store_id, text=query.q, has_left=query.has_left, after=int(query.cursor or 0)
    )
    items = [replace(row, vin=masked.vin(actor, row.vin)) for row in rows[: stock.PAGE]]
    return Page[StockCarRow](items=items, next_cursor=str(items[-1].id) if len(rows) > stock.PAGE else None)
