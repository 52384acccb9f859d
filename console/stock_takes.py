"""盘点: counting what lies in the bins."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.parts.counting import queries, service
from crm_core.parts.counting.queries import StockTakePage, StockTakeRow
from foundation.web import Id, Schema, Version


class StockTakesQuery(Schema):
    """The store whose stock takes are listed."""

    store_id: Id


class ZoneIn(Schema):
    """The store and the zone: how the names of its bins begin; empty for the whole store."""

    store_id: Id
    zone: str = Field(default="", max_length=20)


class StockTakeVersionIn(Schema):
    """The version that was seen."""

    version: Version


class CountedIn(Schema):
    """So many pieces of a part lie in a bin; a bin without a name is for pieces nobody has placed yet."""

    number: str = Field(min_length=1, max_length=40)
    bin: str = Field(default="", max_length=20)
    counted: int = Field(ge=0, le=100_000)


class CountReasonIn(Schema):
    """Why a line differs."""

    stock_take_line_id: Id
    reason: str = Field(min_length=1, max_length=80)


class BookingIn(StockTakeVersionIn):
    """Why the lines differ."""

    reasons: list[CountReasonIn] = Field(default_factory=list, max_length=2_000)


class StockTakeMadeOut(Schema):
    """The stock take's number."""

    id: int


@api.get("/stock-takes", summary="A store's stock takes, those under way first")
async def stock_takes(actor: Actor, query: StockTakesQuery) -> list[StockTakeRow]:
    return await queries.of_store(actor, query.store_id)


@api.get("/stock-takes/{stock_take_id}", summary="One stock take with its sheet; blind as long as it is counted")
async def stock_take(actor: Actor, stock_take_id: int) -> StockTakePage:
    return await queries.one(actor, stock_take_id)


@api.post("/stock-takes", status=201, summary="开始盘点 of a zone")
async def start_stock_take(actor: Actor, body: ZoneIn) -> StockTakeMadeOut:
    return StockTakeMadeOut(id=await service.start(actor, body.store_id, body.zone.strip()))


@api.post("/stock-takes/{stock_take_id}/counts", status=204, summary="Write down what lies in a bin")
async def count_stock(actor: Actor, stock_take_id: int, body: CountedIn) -> None:
    await service.count(actor, stock_take_id, body.number.strip(), body.bin.strip(), body.counted)


@api.post("/stock-takes/{stock_take_id}/end", status=204, summary="盘完了: the differences are shown")
async def finish_stock_take(actor: Actor, stock_take_id: int, body: StockTakeVersionIn) -> None:
    await service.finish(actor, stock_take_id, expected_version=body.version)


@api.post("/stock-takes/{stock_take_id}/recount", status=204, summary="重盘 what differs")
async def recount_stock(actor: Actor, stock_take_id: int, body: StockTakeVersionIn) -> None:
    await service.count_again(actor, stock_take_id, expected_version=body.version)


@api.post("/stock-takes/{stock_take_id}/booking", status=204, summary="入账: each difference with its reason")
async def book_stock_take(actor: Actor, stock_take_id: int, body: BookingIn) -> None:
    reasons = {each.stock_take_line_id: each.reason for each in body.reasons}
    await service.book(actor, stock_take_id, reasons, expected_version=body.version)


@api.post("/stock-takes/{stock_take_id}/cancellation", status=204, summary="不盘了: nothing changes")
async def cancel_stock_take(actor: Actor, stock_take_id: int, body: StockTakeVersionIn) -> None:
    await service.cancel(actor, stock_take_id, expected_version=body.version)
