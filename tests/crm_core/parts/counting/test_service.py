"""A count is compared with the ledger at the moment of counting, and the ledger is put right with a reason."""

import asyncio

import pytest

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.parts import service as parts
from crm_core.parts import stock
from crm_core.parts.counting import queries, service
from crm_core.parts.counting.models import StockTake, StockTakeLine
from crm_core.parts.counting.rules import CountState
from crm_core.parts.errors import (
    DifferenceUnexplained,
    MoreReservedThanThere,
    NotAllCounted,
    PartNotFound,
    SecondPersonNeeded,
    ZoneIsCounted,
)
from crm_core.parts.models import Part, Stock, StockBin, StockMovement
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import Cause
from foundation import database
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
NUMBER = "PAD-X6"


async def _shelf(pieces: int = 5) -> tuple[Store, Part, Actor]:
    """Pads in the bin A-01, at 50 yuan each."""
    store = await make.make_store()
    part = await Part.create(number=NUMBER, name="前刹车片")
    async with database.transaction():
        await stock.put_in(store.id, part.id, pieces, Cause(StockMoveKind.ARRIVED, cost_fen=50_00), "A-01")
    return store, part, await make.acting(Role.PRT, store)


async def _finished(clerk: Actor, store: Store, counted: int) -> int:
    take_id = await service.start(clerk, store.id, "A")
    await service.count(clerk, take_id, NUMBER, "A-01", counted)
    await service.finish(clerk, take_id, expected_version=1)
    return take_id


async def _reasons(take_id: int) -> dict[int, str]:
    return {line.id: "破损" for line in await StockTakeLine.filter(stock_take_id=take_id)}


async def test_what_went_out_after_the_count_is_not_missing():
    store, part, clerk = await _shelf()
    take_id = await service.start(clerk, store.id, "A")
    await service.count(clerk, take_id, NUMBER, "A-01", 4)
    [line] = (await queries.one(clerk, take_id)).lines
    assert (line.counted, line.expected) == (4, None), "who counts is not told what should be there"
    async with database.transaction():
        await parts.request(store_id=store.id, repair_order_id=1, line_id=1, part_number=NUMBER, quantity=2)
    await parts.issue(clerk, 1)
    await service.finish(clerk, take_id, expected_version=1)
    [line] = (await queries.one(clerk, take_id)).lines
    assert (line.counted, line.expected) == (4, 5)
    with pytest.raises(DifferenceUnexplained):
        await service.book(clerk, take_id, {}, expected_version=2)
    await service.book(clerk, take_id, await _reasons(take_id), expected_version=2)
    assert (await Stock.get(part_id=part.id)).on_hand == 2
    assert (await StockBin.get(bin="A-01")).on_hand == 2
    moved = await StockMovement.get(about=f"stock_take:{take_id}")
    assert (moved.kind, moved.quantity, moved.by_id) == (StockMoveKind.ADJUSTED, -1, clerk.id)


async def test_a_large_difference_waits_for_somebody_who_did_not_count():
    store, part, clerk = await _shelf(50)
    take_id = await _finished(clerk, store, 40)
    with pytest.raises(SecondPersonNeeded):
        await service.book(clerk, take_id, await _reasons(take_id), expected_version=2)
    with pytest.raises(NotAllowed):
        await service.book(await make.acting(Role.SA, store), take_id, {}, expected_version=2)
    manager = await make.acting(Role.SVM, store)
    reasons = await _reasons(take_id)
    answers = await asyncio.gather(
        *(service.book(manager, take_id, reasons, expected_version=2) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 2
    assert (await Stock.get(part_id=part.id)).on_hand == 40
    [row] = await queries.of_store(manager, store.id)
    assert (row.state, row.differing, row.booked_by) == (CountState.BOOKED, 1, manager.name)


async def test_what_is_promised_to_a_car_is_not_booked_away():
    store, part, clerk = await _shelf(2)
    async with database.transaction():
        await stock.set_aside(store.id, part.id, 2)
    take_id = await _finished(clerk, store, 1)
    with pytest.raises(MoreReservedThanThere):
        await service.book(clerk, take_id, await _reasons(take_id), expected_version=2)
    async with database.transaction():
        await stock.give_up(store.id, part.id, 1)
    await service.book(clerk, take_id, await _reasons(take_id), expected_version=2)
    assert (await Stock.get(part_id=part.id)).on_hand == 1


async def test_a_sheet_is_gone_on_with_and_has_a_number_for_everything_before_it_ends():
    store, _, clerk = await _shelf()
    await Part.create(number="BULB", name="灯泡")
    take_id = await service.start(clerk, store.id, "A")
    with pytest.raises(ZoneIsCounted):
        await service.start(clerk, store.id, "A")
    with pytest.raises(NotAllCounted):
        await service.finish(clerk, take_id, expected_version=1)
    with pytest.raises(PartNotFound):
        await service.count(clerk, take_id, "NONE", "A-01", 1)
    await service.count(clerk, take_id, NUMBER, "A-01", 9)
    await service.count(clerk, take_id, NUMBER, "A-01", 5)
    await service.count(clerk, take_id, "BULB", "A-02", 1)
    await service.finish(clerk, take_id, expected_version=1)
    with pytest.raises(IllegalMove):
        await service.count(clerk, take_id, NUMBER, "A-01", 4)
    await service.count_again(clerk, take_id, expected_version=2)
    lines = {line.part_number: line.counted for line in (await queries.one(clerk, take_id)).lines}
    assert lines == {NUMBER: 5, "BULB": None}, "what was right is not counted twice"
    await service.cancel(clerk, take_id, expected_version=3)
    assert (await StockTake.get(id=take_id)).state is CountState.CANCELLED
    assert await service.start(clerk, store.id, "A") != take_id
