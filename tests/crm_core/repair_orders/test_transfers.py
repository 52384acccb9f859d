"""调拨: pieces go from one store's shelf to another's, are in transit between, and take promises along."""

import asyncio
from datetime import timedelta

import pytest

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.messaging.models import Message
from crm_core.parts import stock
from crm_core.parts.errors import DifferenceUnexplained, EtaInThePast, MoreThanAsked, NotSoManyFree, SameStore
from crm_core.parts.models import Part, PartRequest, Stock, StockMovement
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.parts.transfers import queries, service
from crm_core.parts.transfers.models import PartTransfer, PartTransferLine
from crm_core.parts.transfers.rules import PartTransferState
from crm_core.parts.transfers.service import Asked, Counted
from crm_core.repair_orders import dispatching, transfers
from crm_core.repair_orders.stock_query import find_stock, stock_card
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.workshop import make_workshop

TOMORROW = make.slot(15) + timedelta(days=1)


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(9, 30))


class Two:
    """A store with ten pads at 100 yuan, another without any, and their clerks."""

    giver: Store
    asker: Store
    giving: Actor
    asking: Actor
    part: Part

    async def ask(self, quantity: int) -> int:
        return await service.ask(self.asking, self.asker.id, self.giver.id, [Asked(self.part.number, quantity)], "急用")

    async def agree(self, transfer_id: int, given: int | None = None) -> None:
        line = await PartTransferLine.get(transfer_id=transfer_id)
        some = {} if given is None else {line.id: given}
        await transfers.agree_to_transfer(self.giving, transfer_id, some, TOMORROW, expected_version=1)

    async def sent(self, quantity: int) -> int:
        transfer_id = await self.ask(quantity)
        await self.agree(transfer_id)
        await transfers.send_transfer(self.giving, transfer_id, expected_version=2)
        return transfer_id

    async def receive(self, transfer_id: int, quantity: int, reason: str = "") -> None:
        line = await PartTransferLine.get(transfer_id=transfer_id)
        counted = [Counted(line.id, quantity, "B-02", reason)]
        await transfers.receive_transfer(self.asking, transfer_id, counted, expected_version=3)

    async def shelf(self, store: Store) -> tuple[int, int]:
        row = await Stock.get_or_none(store_id=store.id, part_id=self.part.id)
        return (row.on_hand, row.reserved) if row else (0, 0)


@pytest.fixture
async def two() -> Two:
    two = Two()
    two.giver, two.asker = await make.make_store(), await make.make_store()
    two.giving, two.asking = await make.acting(Role.PRT, two.giver), await make.acting(Role.PRT, two.asker)
    two.part = await Part.create(number="PAD-X6", name="前刹车片")
    await stock.put_in(two.giver.id, two.part.id, 10, Cause(StockMoveKind.ARRIVED, cost_fen=100_00), "A-01")
    return two


async def test_pieces_are_set_aside_then_in_transit_then_on_the_other_shelf_with_their_cost(two: Two):
    transfer_id = await two.ask(4)
    assert await two.shelf(two.giver) == (10, 0), "asking moves nothing"
    await two.agree(transfer_id)
    assert await two.shelf(two.giver) == (10, 4)
    await transfers.send_transfer(two.giving, transfer_id, expected_version=2)
    assert (await two.shelf(two.giver), await two.shelf(two.asker)) == ((6, 0), (0, 0)), "in neither bin"
    source = f"part_transfer:{transfer_id}"
    there = (await stock_card(two.giving, two.giver.id, two.part.number)).on_the_way
    here = (await stock_card(two.asking, two.asker.id, two.part.number)).on_the_way
    assert [(way.source, way.quantity) for way in [*there, *here]] == [(source, -4), (source, 4)]
    assert (await find_stock(two.asking, two.asker.id, two.part.number))[0].coming == 4
    await two.receive(transfer_id, 4)
    assert await two.shelf(two.asker) == (4, 0)
    assert await stock.average(two.asker.id, two.part.id) == 100_00
    moved = await StockMovement.filter(about=source).order_by("id").values_list("kind", "bin", "quantity", "cost_fen")
    assert moved == [("TRANSFER_OUT", "A-01", -4, 100_00), ("TRANSFER_IN", "B-02", 4, 100_00)]
    assert (await queries.one(two.giving, transfer_id)).lines[0].received == 4


@pytest.mark.parametrize(("counted", "reason"), [(3, "路上丢了一件"), (5, "多装了一件"), (0, "整箱没到")])
async def test_short_or_over_is_explained_and_told_to_who_sent_it(two: Two, counted: int, reason: str):
    transfer_id = await two.sent(4)
    with pytest.raises(DifferenceUnexplained):
        await two.receive(transfer_id, counted)
    await two.receive(transfer_id, counted, reason)
    assert await two.shelf(two.asker) == (counted, 0)
    assert await Message.filter(template="parts_transfer", variant="differs", staff_id=two.giving.id).count() == 1


async def test_what_is_refused_or_called_off_changes_nothing(two: Two):
    refused, cancelled = await two.ask(4), await two.ask(3)
    for transfer_id in (refused, cancelled):
        await two.agree(transfer_id)
    await transfers.refuse_transfer(two.giving, refused, "自己要用", expected_version=2)
    await transfers.cancel_transfer(two.asking, cancelled, expected_version=2)
    assert (await two.shelf(two.giver), await two.shelf(two.asker)) == ((10, 0), (0, 0))
    assert await StockMovement.filter(about__startswith="part_transfer").count() == 0
    on_its_way = await two.sent(2)
    for end in (transfers.cancel_transfer(two.asking, on_its_way, expected_version=3),
                transfers.refuse_transfer(two.giving, on_its_way, "不给了", expected_version=3)):  # fmt: skip
        with pytest.raises(IllegalMove):
            await end


async def test_each_store_does_its_own_part(two: Two):
    with pytest.raises(NotAllowed):
        await service.ask(two.giving, two.asker.id, two.giver.id, [Asked(two.part.number, 1)])
    with pytest.raises(SameStore):
        await service.ask(two.asking, two.asker.id, two.asker.id, [Asked(two.part.number, 1)])
    transfer_id = await two.ask(2)
    with pytest.raises(NotAllowed):
        await transfers.agree_to_transfer(two.asking, transfer_id, {}, TOMORROW, expected_version=1)
    with pytest.raises(NotAllowed):
        await transfers.cancel_transfer(two.giving, transfer_id, expected_version=1)
    with pytest.raises(NotAllowed):
        await queries.one(await make.acting(Role.PRT, await make.make_store()), transfer_id)
    for given, refusal in ((3, MoreThanAsked), (0, MoreThanAsked)):
        with pytest.raises(refusal):
            await two.agree(transfer_id, given)
    with pytest.raises(EtaInThePast):
        await transfers.agree_to_transfer(two.giving, transfer_id, {}, clock.now(), expected_version=1)
    with pytest.raises(StaleVersion):
        await transfers.agree_to_transfer(two.giving, transfer_id, {}, TOMORROW, expected_version=9)
    await two.agree(transfer_id, 1)
    with pytest.raises(NotAllowed):
        await transfers.send_transfer(two.asking, transfer_id, expected_version=2)
    await transfers.send_transfer(two.giving, transfer_id, expected_version=2)
    with pytest.raises(NotAllowed):
        await transfers.receive_transfer(two.giving, transfer_id, [], expected_version=3)


async def test_many_who_agree_at_once_never_promise_a_piece_twice(two: Two):
    asked = [await two.ask(3) for _ in range(6)]

    async def agree(transfer_id: int) -> bool:
        try:
            await two.agree(transfer_id)
        except NotSoManyFree:
            return False
        return True

    assert sum(await asyncio.gather(*(agree(transfer_id) for transfer_id in asked))) == 3
    assert await two.shelf(two.giver) == (10, 9)
    agreed = await PartTransfer.filter(state=PartTransferState.AGREED)
    one = agreed[0].id
    twice = await asyncio.gather(
        *(transfers.send_transfer(two.giving, one, expected_version=2) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(answer, StaleVersion) for answer in twice) == 1
    assert await two.shelf(two.giver) == (7, 6)


async def test_a_transfer_gives_a_waiting_car_its_time_and_what_arrives_is_set_aside_for_it():
    shop = await make_workshop()
    number = shop.service.part_number
    await Stock.filter(store_id=shop.store.id).update(on_hand=0)
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    giver = await make.make_store()
    giving = await make.acting(Role.PRT, giver)
    part = await Part.get(number=number)
    await stock.put_in(giver.id, part.id, 2, Cause(StockMoveKind.ARRIVED))
    transfer_id = await service.ask(shop.store_room, shop.store.id, giver.id, [Asked(number, 1)])
    await transfers.agree_to_transfer(giving, transfer_id, {}, TOMORROW, expected_version=1)
    assert (await PartRequest.get(repair_order_id=order.id)).expected_at == TOMORROW
    moved = await shop.now(order)
    assert (moved.promised_finish_at, moved.promise_reason) == (TOMORROW + timedelta(hours=1), "配件从兄弟门店调来")
    later = TOMORROW + timedelta(hours=1)
    await transfers.expect_transfer(giving, transfer_id, later, "堵车", expected_version=2)
    assert (await shop.now(order)).promised_finish_at == later + timedelta(hours=1)
    await transfers.send_transfer(giving, transfer_id, expected_version=3)
    await transfers.receive_transfer(shop.store_room, transfer_id, [], expected_version=4)
    assert (await PartRequest.get(repair_order_id=order.id)).state is RequestState.RESERVED
