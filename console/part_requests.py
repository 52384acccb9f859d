"""备料 S9: parts that jobs need, that are missing or that arrived; and the stock of a part."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.repair_orders import OrderVersionIn
from console.sign_in import api
from console.workshop import WorkshopQuery
from crm_core.dealerships.actors import Actor
from crm_core.parts.bins import change_bin
from crm_core.repair_orders import material, staff_queries
from crm_core.repair_orders.freed_stock import take_from_stock
from crm_core.repair_orders.margin import OrderMargin, margin
from crm_core.repair_orders.replacing import replace_part
from crm_core.repair_orders.staff_models import PartRequestRow
from crm_core.repair_orders.stock_query import StockCard, StockRow, find_stock, stock_card
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


class ReplacementIn(Schema):
    """The part to fit instead, what the job's parts cost then if less, and the version of the order that was seen."""

    number: str = Field(min_length=1, max_length=40)
    parts_fen: int | None = Field(default=None, ge=0, le=100_000_000)
    version: Version


class CardQuery(Schema):
    """A part of a store, by its number."""

    store_id: Id
    number: str = Field(min_length=1, max_length=40)


class ChangeBinIn(Schema):
    """Pieces that were carried to another bin; a bin without a name is for pieces nobody has placed yet."""

    store_id: Id
    number: str = Field(min_length=1, max_length=40)
    from_bin: str = Field(max_length=20)
    to_bin: str = Field(min_length=1, max_length=20)
    quantity: int = Field(gt=0, le=10_000)


@api.get("/part-requests", summary="备料 and 缺料 of a store, by the time they are needed")
async def part_requests(actor: Actor, query: WorkshopQuery) -> list[PartRequestRow]:
    rows = await staff_queries.part_requests(actor, query.store_id)
    return [replace(row, plate=masked.plate(actor, row.plate)) for row in rows]


@api.post("/repair-orders/{repair_order_id}/parts-issue", status=204, summary="已备好: hand out what is set aside")
async def issue_parts(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> None:
    await material.issue_parts(actor, repair_order_id, expected_version=body.version)


@api.get("/repair-orders/{repair_order_id}/margin", summary="配件毛利, for those who may see what parts cost")
async def order_margin(actor: Actor, repair_order_id: int) -> OrderMargin:
    return await margin(actor, repair_order_id)


@api.post("/part-requests/{request_id}/back-order", status=204, summary="缺料: not there, expected then")
async def back_order_part(actor: Actor, request_id: int, body: ExpectedIn) -> None:
    await material.back_order_part(actor, request_id, body.expected_at, expected_version=body.version)


@api.post("/part-requests/{request_id}/replacement", status=204, summary="换替代件: fit another part instead")
async def replace_missing_part(actor: Actor, request_id: int, body: ReplacementIn) -> None:
    await replace_part(actor, request_id, body.number.strip(), expected_version=body.version, parts_fen=body.parts_fen)


@api.post("/part-requests/{request_id}/arrival", status=204, summary="到货")
async def receive_part(actor: Actor, request_id: int, body: ReceiveIn) -> None:
    await material.receive_part(actor, request_id, body.quantity)


@api.post("/part-requests/{request_id}/from-stock", status=204, summary="有货，留件: there are free pieces after all")
async def take_part_from_stock(actor: Actor, request_id: int) -> None:
    await take_from_stock(actor, request_id)


@api.post("/part-requests/{request_id}/return", status=204, summary="退库")
async def take_back_part(actor: Actor, request_id: int) -> None:
    await material.take_back_part(actor, request_id)


@api.post("/part-requests/{request_id}/use", status=204, summary="已用上: in the car, though its job was stopped")
async def use_part(actor: Actor, request_id: int) -> None:
    await material.use_part(actor, request_id)


@api.get("/stock", summary="查库存: parts by what people call them, and their pieces")
async def part_stock(actor: Actor, query: StockQuery) -> list[StockRow]:
    return await find_stock(actor, query.store_id, query.q)


@api.get("/stock/card", summary="A part in a store: where it lies, for whom it is kept, how it moved")
async def part_stock_card(actor: Actor, query: CardQuery) -> StockCard:
    return await stock_card(actor, query.store_id, query.number)


@api.post("/stock/bins", status=204, summary="移货位")
async def change_part_bin(actor: Actor, body: ChangeBinIn) -> None:
    await change_bin(
        actor,
        body.store_id,
        body.number,
        from_bin=body.from_bin.strip(),
        to_bin=body.to_bin.strip(),
        quantity=body.quantity,
    )
