"""替代件: where a part is missing, another that fits is offered and chosen; the owner pays no more than allowed."""

from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.parts import stock
from crm_core.parts.errors import NotAnAlternative, NotSoManyFree
from crm_core.parts.models import Part, PartRequest, Stock
from crm_core.parts.replenishing.models import PartAlternative
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.parts.transfers import service as asking
from crm_core.parts.transfers.service import Asked
from crm_core.repair_orders import dispatching, staff_queries, transfers
from crm_core.repair_orders.errors import PriceNeedsNewYes
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.replacing import replace_part
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed
from tests import factories as make
from tests.workshop import Workshop, make_workshop

TOMORROW = make.slot(15) + timedelta(days=1)


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(9, 30))


async def _short(shop: Workshop) -> tuple[RepairOrder, PartRequest, Part]:
    """A car that waits for its filter, and another filter that fits."""
    await Stock.filter(store_id=shop.store.id).update(on_hand=0)
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    wanted = await PartRequest.get(repair_order_id=order.id)
    other = await Part.create(number="FILTER-OTHER", name="通用机滤")
    await PartAlternative.create(part_id=wanted.part_id, other_id=other.id)
    return await shop.now(order), wanted, other


async def test_what_fits_instead_is_offered_with_its_stock_here_and_elsewhere_and_when_it_comes():
    shop = await make_workshop()
    order, wanted, other = await _short(shop)
    assert (await staff_queries.part_requests(shop.store_room, shop.store.id))[0].alternatives == []
    giver = await make.make_store()
    giving = await make.acting(Role.PRT, giver)
    await stock.put_in(giver.id, other.id, 5, Cause(StockMoveKind.ARRIVED))
    await stock.put_in(shop.store.id, other.id, 2, Cause(StockMoveKind.ARRIVED))
    transfer_id = await asking.ask(shop.store_room, shop.store.id, giver.id, [Asked(other.number, 1)])
    await transfers.agree_to_transfer(giving, transfer_id, {}, TOMORROW, expected_version=1)
    page = await staff_queries.one(shop.advisor, order.id)
    [part] = page.lines[0].parts
    [offered] = part.alternatives
    assert (offered.number, offered.free, offered.elsewhere, offered.coming) == (other.number, 2, 4, 1)
    assert offered.coming_at == TOMORROW
    first = await Part.get(id=wanted.part_id)
    await stock.put_in(giver.id, first.id, 1, Cause(StockMoveKind.ARRIVED))
    bringing = await asking.ask(shop.store_room, shop.store.id, giver.id, [Asked(first.number, 1)])
    await transfers.agree_to_transfer(giving, bringing, {}, TOMORROW, expected_version=1)
    assert (await staff_queries.one(shop.advisor, order.id)).lines[0].parts[0].brought_by == f"part_transfer:{bringing}"
    assert (await staff_queries.part_requests(shop.store_room, shop.store.id))[
        0
    ].brought_by == f"part_transfer:{bringing}"


async def test_it_is_set_aside_with_one_press_at_the_price_allowed_and_everybody_is_told():
    shop = await make_workshop()
    order, wanted, other = await _short(shop)
    with pytest.raises(NotSoManyFree):
        await replace_part(shop.store_room, wanted.id, other.number, expected_version=order.version)
    await stock.put_in(shop.store.id, other.id, 1, Cause(StockMoveKind.ARRIVED))
    with pytest.raises(NotAnAlternative):
        await replace_part(shop.store_room, wanted.id, shop.pads.part_number, expected_version=order.version)
    with pytest.raises(NotAllowed):
        await replace_part(shop.technician, wanted.id, other.number, expected_version=order.version)
    before = (await shop.lines(order))[0].total_fen
    await replace_part(shop.store_room, wanted.id, other.number, expected_version=order.version)
    live = await PartRequest.get(repair_order_id=order.id, state=RequestState.RESERVED)
    assert (live.part_id, (await PartRequest.get(id=wanted.id)).state) == (other.id, RequestState.CANCELLED)
    line = (await shop.lines(order))[0]
    assert (line.part_number, line.total_fen) == (other.number, before)
    told = await Message.filter(template="parts_shortage", variant="replaced")
    assert {card.staff_id for card in told} == {shop.advisor.id, shop.controller.id}
    now = await shop.now(order)
    with pytest.raises(IllegalMove):
        await replace_part(shop.store_room, live.id, other.number, expected_version=now.version)


async def test_the_price_only_goes_down_and_only_by_who_may_price():
    shop = await make_workshop()
    order, wanted, other = await _short(shop)
    await stock.put_in(shop.store.id, other.id, 1, Cause(StockMoveKind.ARRIVED))
    allowed = (await shop.lines(order))[0].parts_fen
    asked = {"expected_version": order.version}
    with pytest.raises(NotAllowed):
        await replace_part(shop.store_room, wanted.id, other.number, parts_fen=allowed - 1, **asked)
    with pytest.raises(PriceNeedsNewYes):
        await replace_part(shop.advisor, wanted.id, other.number, parts_fen=allowed + 1, **asked)
    await replace_part(shop.advisor, wanted.id, other.number, parts_fen=allowed - 1, **asked)
    assert (await shop.lines(order))[0].parts_fen == allowed - 1
