"""缺料: the advisor and the workshop controller hear of it when it is known, not only when the part comes."""

from datetime import timedelta

import pytest

from crm_core.messaging.models import Message
from crm_core.parts.models import PartRequest, Stock
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import dispatching, material
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from foundation import clock
from tests import factories as make
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _short_of_filters() -> tuple[Workshop, RepairOrder]:
    """Dispatched while the filter it needs is not on the shelf."""
    shop = await make_workshop()
    await Stock.filter(store_id=shop.store.id).update(on_hand=0)
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    return shop, await shop.now(order)


async def _carded(variant: str) -> set[int | None]:
    return {card.staff_id for card in await Message.filter(template="parts_shortage", variant=variant)}


async def test_a_shortage_found_at_the_dispatch_is_told_at_once_to_advisor_controller_and_owner():
    shop, order = await _short_of_filters()
    assert await _carded("short") == {shop.advisor.id, shop.controller.id}
    told = await RepairEvent.get(repair_order_id=order.id, kind="parts_short")
    assert (told.node, told.owner_text) == ("N7", "机滤缺货，到货时间确认后告诉您")
    await dispatching.dispatch(
        shop.controller,
        order.id,
        [line.id for line in await shop.lines(order)],
        technician_id=shop.technician.id,
        bay_id=shop.bay.id,
    )
    assert await Message.filter(template="parts_shortage").count() == 2, "the same shortage is told once"


async def test_a_part_expected_after_the_promise_moves_it_and_the_owner_is_told_before_it_comes():
    shop, order = await _short_of_filters()
    wanted = await PartRequest.get(repair_order_id=order.id)
    expected = clock.at(make.MONDAY + timedelta(days=1), 14, 40)
    await material.back_order_part(shop.store_room, wanted.id, expected)
    moved = await shop.now(order)
    assert moved.promised_finish_at == expected + timedelta(minutes=60)
    assert await Message.exists(template="repair_progress", variant="postponed", customer_id=shop.customer.id)
    told = await RepairEvent.filter(repair_order_id=order.id, kind="parts_back_ordered").first()
    assert told is not None
    assert told.owner_text.startswith("机滤缺货，预计 11月24日 14:40 到。预计 11月24日 15:40 完工，原定 11月23日 11:30")
    await material.back_order_part(shop.store_room, wanted.id, expected)
    assert (await shop.now(order)).version == moved.version, "the same time again changes nothing"


async def test_a_part_that_comes_in_time_moves_no_promise_and_its_arrival_is_told_too():
    shop, order = await _short_of_filters()
    wanted = await PartRequest.get(repair_order_id=order.id)
    await material.back_order_part(shop.store_room, wanted.id, make.slot(10))
    assert (await shop.now(order)).promised_finish_at == order.promised_finish_at
    assert not await Message.exists(variant="postponed")
    received = await material.receive_part(shop.store_room, wanted.id)
    assert received.state is RequestState.RESERVED
    assert await _carded("arrived") == {shop.advisor.id, shop.controller.id}
