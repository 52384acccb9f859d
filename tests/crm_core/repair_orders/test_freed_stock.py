"""有货留件: what becomes free in the store serves the cars that wait, and what nobody can find serves nobody."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.parts import holds
from crm_core.parts import service as parts
from crm_core.parts.errors import NoneIsFree, PartRequestNotFound
from crm_core.parts.models import Part, PartRequest, Stock
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import dispatching, freed_stock, material
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from foundation import clock
from foundation import database as db
from foundation.errors import NotFound
from foundation.refs import Ref
from tests import factories as make
from tests.workshop import Workshop, make_workshop


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(9))


async def _shop(pieces: int) -> Workshop:
    """So many of the six filters are free."""
    shop = await make_workshop()
    assert await holds.keep(Ref("appointment", 1), shop.store.id, [shop.service.part_number] * (6 - pieces))
    return shop


async def _dispatched(shop: Workshop) -> tuple[RepairOrder, PartRequest]:
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    return order, await PartRequest.get(repair_order_id=order.id)


async def _more(wanted: PartRequest) -> PartRequest:
    """The same part once more for the same job."""
    async with db.transaction():
        return await parts.request_more(
            store_id=wanted.store_id,
            repair_order_id=wanted.repair_order_id,
            line_id=wanted.line_id,
            part=await Part.get(id=wanted.part_id),
            quantity=1,
        )


async def _state(wanted: PartRequest) -> RequestState:
    return (await PartRequest.get(id=wanted.id)).state


async def test_a_piece_that_comes_back_serves_the_car_that_waits_and_everybody_hears_of_it():
    shop = await _shop(1)
    order, has_it = await _dispatched(shop)
    await material.issue_parts(shop.store_room, order.id)
    waits = await _more(has_it)
    await freed_stock.serve_freed()
    assert await _state(waits) is RequestState.BACKORDERED, "nothing is free yet"
    await material.take_back_part(shop.store_room, has_it.id)
    await freed_stock.serve_freed()
    assert await _state(waits) is RequestState.RESERVED
    told = await RepairEvent.get(repair_order_id=order.id, kind="parts_arrived")
    assert (told.text, told.owner_text) == ("机滤 有货", "机滤 配件有货")
    await freed_stock.serve_freed()
    assert await RepairEvent.filter(repair_order_id=order.id, kind="parts_arrived").count() == 1


async def test_what_a_booking_lets_go_of_serves_whoever_asked_first():
    shop = await _shop(2)
    booking = Ref("appointment", 77)
    _, has_it = await _dispatched(shop)
    part = await Part.get(id=has_it.part_id)
    assert await holds.keep(booking, shop.store.id, [part.number])
    early, late = await _more(has_it), await _more(has_it)
    await holds.release(booking, shop.store.id)
    await freed_stock.serve_freed()
    assert (await _state(early), await _state(late)) == (RequestState.RESERVED, RequestState.BACKORDERED)


async def test_pieces_nobody_can_find_serve_nobody_until_somebody_finds_them():
    shop = await _shop(2)
    _, wanted = await _dispatched(shop)
    await material.back_order_part(shop.store_room, wanted.id, make.slot(15))
    assert (await PartRequest.get(id=wanted.id)).not_found_at is not None
    await freed_stock.serve_freed()
    assert await _state(wanted) is RequestState.BACKORDERED, "the ledger says two, the shelf is empty"
    with pytest.raises(NotFound):
        await freed_stock.take_from_stock(shop.owner, wanted.id)
    found = await freed_stock.take_from_stock(shop.store_room, wanted.id)
    assert (found.state, found.not_found_at) == (RequestState.RESERVED, None)


async def test_pieces_nobody_could_find_serve_again_when_some_come_back():
    shop = await _shop(3)
    order, comes_back = await _dispatched(shop)
    await material.issue_parts(shop.store_room, order.id)
    wanted = await _more(comes_back)
    await material.back_order_part(shop.store_room, wanted.id, make.slot(15))
    await clock.advance(timedelta(minutes=5))
    await material.take_back_part(shop.store_room, comes_back.id)
    await freed_stock.serve_freed()
    assert await _state(wanted) is RequestState.RESERVED


async def test_nothing_free_is_said_so_and_an_unknown_request_is_not_there():
    shop = await _shop(0)
    _, wanted = await _dispatched(shop)
    with pytest.raises(NoneIsFree):
        await freed_stock.take_from_stock(shop.store_room, wanted.id)
    with pytest.raises(PartRequestNotFound):
        await freed_stock.take_from_stock(shop.store_room, wanted.id + 1000)


async def test_the_last_piece_goes_once_when_the_clock_a_person_and_a_booking_want_it_at_one_moment():
    shop = await _shop(1)
    order, has_it = await _dispatched(shop)
    await material.issue_parts(shop.store_room, order.id)
    first, second = await _more(has_it), await _more(has_it)
    part = await Part.get(id=has_it.part_id)
    await material.take_back_part(shop.store_room, has_it.id)
    outcomes = await asyncio.gather(
        freed_stock.serve_freed(),
        freed_stock.take_from_stock(shop.store_room, first.id),
        freed_stock.take_from_stock(shop.store_room, second.id),
        holds.keep(Ref("appointment", 77), shop.store.id, [part.number]),
        return_exceptions=True,
    )
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, NoneIsFree)]
    stock = await Stock.get(store_id=shop.store.id, part_id=part.id)
    assert (stock.on_hand, stock.reserved) == (6, 6)
