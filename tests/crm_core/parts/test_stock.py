"""The last piece goes to exactly one job, whoever races for it."""

import asyncio

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.models import Role
from crm_core.parts import service, stock
from crm_core.parts.errors import PartsNotIssued, PartsNotReturned
from crm_core.parts.models import Part, PartRequest, Stock
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.parts.stock import Cause
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _part(store_id: int, on_hand: int) -> Part:
    part = await Part.create(number="PAD-X6", name="前刹车片")
    await Stock.create(part_id=part.id, store_id=store_id, on_hand=on_hand)
    return part


async def _request(store_id: int, line_id: int) -> PartRequest:
    async with database.transaction():
        wanted = await service.request(store_id=store_id, repair_order_id=1, line_id=line_id, part_number="PAD-X6")
    assert wanted is not None
    return wanted


async def test_fifty_jobs_race_for_twenty_pieces():
    store = await make.make_store()
    part = await _part(store.id, 20)
    requests = await asyncio.gather(*(_request(store.id, line_id) for line_id in range(1, 51)))
    states = [wanted.state for wanted in requests]
    assert states.count(RequestState.RESERVED) == 20
    assert states.count(RequestState.BACKORDERED) == 30
    row = await Stock.get(part_id=part.id)
    assert (row.on_hand, row.reserved) == (20, 20)


async def test_the_table_itself_refuses_stock_below_zero():
    store = await make.make_store()
    part = await _part(store.id, 1)
    assert not await stock.hand_out(store.id, part.id, 1, Cause(StockMoveKind.ISSUED))  # Nothing is set aside.
    with pytest.raises(IntegrityError):
        await Stock.filter(part_id=part.id).update(on_hand=-1)
    with pytest.raises(IntegrityError):
        await Stock.filter(part_id=part.id).update(reserved=2)


async def test_issued_is_used_plus_returned():
    store = await make.make_store()
    clerk = await make.acting(Role.PRT, store)
    part = await _part(store.id, 2)
    used, returned = await _request(store.id, 1), await _request(store.id, 2)
    with pytest.raises(PartsNotIssued):
        await service.use_for_line(1)
    await service.issue(clerk, 1)
    with pytest.raises(PartsNotReturned):
        await service.assert_settled(1)
    async with database.transaction():
        await service.use_for_line(1)
    await service.take_back(clerk, returned.id)
    await service.assert_settled(1)
    row = await Stock.get(part_id=part.id)
    assert (row.on_hand, row.reserved) == (1, 0)
    assert (await PartRequest.get(id=used.id)).state is RequestState.USED
    with pytest.raises(IllegalMove):
        await service.issue(clerk, 1)


async def test_what_arrives_is_set_aside_for_who_waits():
    store = await make.make_store()
    clerk = await make.acting(Role.PRT, store)
    part = await _part(store.id, 0)
    wanted = await _request(store.id, 1)
    await service.back_order(clerk, wanted.id, clock.now())
    assert (await service.arrive(clerk, wanted.id, 3)).state is RequestState.RESERVED
    row = await Stock.get(part_id=part.id)
    assert (row.on_hand, row.reserved) == (3, 1)


async def test_a_job_that_falls_away_frees_its_part():
    store = await make.make_store()
    part = await _part(store.id, 1)
    await _request(store.id, 1)
    async with database.transaction():
        await service.cancel_for_lines([1])
    assert (await Stock.get(part_id=part.id)).reserved == 0
    assert (await _request(store.id, 1)).state is RequestState.RESERVED


async def test_only_the_store_room_hands_out():
    store = await make.make_store()
    await _part(store.id, 1)
    await _request(store.id, 1)
    with pytest.raises(NotAllowed):
        await service.issue(await make.acting(Role.SA, store), 1)
