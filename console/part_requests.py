"""备料 S9: parts that jobs need, that are missing or that arrived; and the stock of a part."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.repair_orders import OrderVersionIn
from console.sign_in import api
from console.workshop import WorkshopQuery
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import material, staff_queries
from crm_core.repair_orders.staff_models import PartRequestRow
from crm_core.repair_orders.stock_query import find_stock
from foundation.web import Id, Moment, Schema, Version


class StockQuery(Schema):
    """Words that name a part, of a store: part of its name, its job, a model, its number."""

    store_id: Id
    q: str = Field(min_length=1, max_length=40)


class ExpectedIn(Schema):
    """When a missing part is expected, and the version of the order that was seen."""

    expected_at: Moment
    version: Version


class ReceiveIn(Schema):
    """How many pieces came; by default what the job wants."""

    quantity: int | None = Field(default=None, gt=0, le=10_000)


class StockOut(Schema):
    """A part and its stock; `free` pieces are not reserved. If `models` is empty, the part fits all models."""

    number: str
    name: str
    free: int
    set_aside: int
    models: list[str]


@api.get("/part-requests", summary="备料 and 缺料 of a store, by the time they are needed")
async def part_requests(actor: Actor, query: WorkshopQuery) -> list[PartRequestRow]:
    rows = await staff_queries.part_requests(actor, query.store_id)
    return [replace(row, plate=masked.plate(actor, row.plate)) for row in rows]


@api.post("/repair-orders/{repair_order_id}/parts-issue", status=204, summary="已备好: hand out what is set aside")
async def issue_parts(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> None:
    await material.issue_parts(actor, repair_order_id, expected_version=body.version)


@api.post("/part-requests/{request_id}/back-order", status=204, summary="缺料: not there, expected then")
async def back_order_part(actor: Actor, request_id: int, body: ExpectedIn) -> None:
    await material.back_order_part(actor, request_id, body.expected_at, expected_version=body.version)


@api.post("/part-requests/{request_id}/arrival", status=204, summary="到货")
async def receive_part(actor: Actor, request_id: int, body: ReceiveIn) -> None:
    await material.receive_part(actor, request_id, body.quantity)


@api.post("/part-requests/{request_id}/return", status=204, summary="退库")
async def take_back_part(actor: Actor, request_id: int) -> None:
    await material.take_back_part(actor, request_id)


@api.post("/part-requests/{request_id}/use", status=204, summary="已用上: in the car, though its job was stopped")
async def use_part(actor: Actor, request_id: int) -> None:
    await material.use_part(actor, request_id)


@api.get("/stock", summary="查库存: parts by what people call them, and their pieces")
async def part_stock(actor: Actor, query: StockQuery) -> list[StockOut]:
    return [StockOut(**vars(row)) for row in await find_stock(actor, query.store_id, query.q)]
