"""采购 and the cars that wait: an order gives them a time, what comes is theirs in the order of their promises."""

import asyncio
from datetime import datetime, timedelta

import pytest

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.messaging.models import Message
from crm_core.parts import holds, stock
from crm_core.parts import service as parts
from crm_core.parts.errors import EtaInThePast, MoreThanOrdered, NothingToOrder, PartNotFound, SupplierNotFound
from crm_core.parts.models import Part, PartHold, PartRequest, Stock, StockBin, StockMovement
from crm_core.parts.purchases import arriving, queries
from crm_core.parts.purchases import service as purchases
from crm_core.parts.purchases.models import DeliveryHold, PurchaseLine, PurchaseOrder, Supplier
from crm_core.parts.purchases.rules import PurchaseState
from crm_core.parts.purchases.service import Arrival, Wanted
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import deliveries, dispatching
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from foundation import clock
from foundation import database as db
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from foundation.refs import Ref
from tests import factories as make
from tests.racing import while_open
from tests.workshop import Workshop, make_workshop

TOMORROW = make.slot(15) + timedelta(days=1)


@pytest.fixture(autouse=True)
async def _monday(database: None) -> None:
    await clock.set_to(make.slot(9, 30))


async def _part() -> Part:
    return await Part.create(number="PAD-X6", name="前刹车片")


async def _ordered(
    clerk: Actor, store: Store, number: str, quantity: int, eta: datetime | None = TOMORROW
) -> PurchaseOrder:
    supplier, _ = await Supplier.get_or_create(name="云帆配件中心", defaults={"lead_days": 3})
    purchase_id = await purchases.draft(clerk, store.id, supplier.id, [Wanted(number, quantity, 120_00, eta)])
    await deliveries.place_order(clerk, purchase_id, expected_version=1)
    return await PurchaseOrder.get(id=purchase_id)


async def _line(purchase: PurchaseOrder) -> PurchaseLine:
    return await PurchaseLine.get(purchase_id=purchase.id)


async def _comes(clerk: Actor, purchase: PurchaseOrder, quantity: int, bin_name: str | None = None) -> PurchaseOrder:
    now = await PurchaseOrder.get(id=purchase.id)
    came = [Arrival((await _line(purchase)).id, quantity, bin_name)]
    await deliveries.receive_delivery(clerk, purchase.id, came, expected_version=now.version)
    return await PurchaseOrder.get(id=purchase.id)


async def _waits(shop: Workshop) -> tuple[RepairOrder, PartRequest]:
    """A car in the workshop whose filter is not there, promised for 11:30."""
    await Stock.filter(store_id=shop.store.id).update(on_hand=0)
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]
    await dispatching.dispatch(shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id)
    return await shop.now(order), await PartRequest.get(repair_order_id=order.id)


async def test_what_comes_lies_in_its_bin_with_what_it_cost_and_no_more_than_was_ordered_comes():
    store = await make.make_store()
    part, clerk = await _part(), await make.acting(Role.PRT, store)
    purchase = await _ordered(clerk, store, part.number, 5)
    half = await _comes(clerk, purchase, 2, "A-01")
    assert half.state is PurchaseState.PARTLY_ARRIVED
    with pytest.raises(MoreThanOrdered):
        await _comes(clerk, purchase, 4)
    whole = await _comes(clerk, purchase, 3)
    assert (whole.state, whole.ended_at is not None) == (PurchaseState.ARRIVED, True)
    assert [(lies.bin, lies.on_hand) for lies in await StockBin.all()] == [("A-01", 5)]
    moves = await StockMovement.all().order_by("id")
    assert [(move.quantity, move.cost_fen, move.about) for move in moves] == [
        (2, 120_00, f"purchase_order:{purchase.id}"),
        (3, 120_00, f"purchase_order:{purchase.id}"),
    ]
    with pytest.raises(IllegalMove):
        await deliveries.cancel_purchase(clerk, purchase.id, expected_version=whole.version)


async def test_a_draft_is_written_anew_and_refuses_what_cannot_be_ordered():
    store = await make.make_store()
    part, clerk = await _part(), await make.acting(Role.PRT, store)
    supplier = await Supplier.create(name="云帆配件中心", lead_days=3)
    draft = await purchases.draft(clerk, store.id, supplier.id, [Wanted(part.number, 5, 120_00)])
    for lines, refusal in (([Wanted("NONE", 1, 1)], PartNotFound), ([], NothingToOrder)):
        with pytest.raises(refusal):
            await purchases.edit(clerk, draft, supplier.id, lines, "", expected_version=1)
    with pytest.raises(SupplierNotFound):
        await purchases.draft(clerk, store.id, 999, [Wanted(part.number, 5, 120_00)])
    past = [Wanted(part.number, 2, 110_00, clock.now() - timedelta(hours=1))]
    await purchases.edit(clerk, draft, supplier.id, past, "急", expected_version=1)
    with pytest.raises(EtaInThePast):
        await deliveries.place_order(clerk, draft, expected_version=2)
    await purchases.edit(clerk, draft, supplier.id, [Wanted(part.number, 2, 110_00)], "", expected_version=2)
    with pytest.raises(StaleVersion):
        await deliveries.place_order(clerk, draft, expected_version=2)
    await deliveries.place_order(clerk, draft, expected_version=3)
    assert (await PurchaseLine.get(purchase_id=draft)).eta == make.slot(17) + timedelta(days=3), "as it usually comes"


async def test_an_order_gives_a_waiting_car_its_time_and_another_time_moves_the_promise_with_its_reason():
    shop = await make_workshop()
    order, wanted = await _waits(shop)
    purchase = await _ordered(shop.store_room, shop.store, shop.service.part_number, 1)
    assert (await PartRequest.get(id=wanted.id)).expected_at == TOMORROW
    moved = await shop.now(order)
    assert (moved.promised_finish_at, moved.promise_reason) == (TOMORROW + timedelta(hours=1), "配件已订货")
    later = TOMORROW + timedelta(days=2)
    await deliveries.change_eta(
        shop.store_room, purchase.id, {(await _line(purchase)).id: later}, "物流延误", expected_version=purchase.version
    )
    moved = await shop.now(order)
    assert (moved.promised_finish_at, moved.promise_reason) == (later + timedelta(hours=1), "配件到货改期")
    told = await RepairEvent.filter(repair_order_id=order.id, kind="parts_back_ordered").order_by("-number").first()
    assert told is not None
    assert "配件到货改期" in told.owner_text
    assert await Message.filter(template="repair_progress", variant="postponed").count() == 2
    await _comes(shop.store_room, purchase, 1)
    assert (await PartRequest.get(id=wanted.id)).state is RequestState.RESERVED
    carded = await Message.filter(template="parts_shortage", variant="arrived")
    assert {card.staff_id for card in carded} == {shop.advisor.id, shop.controller.id}


async def test_a_delivery_wakes_the_car_promised_first_and_leaves_the_other_waiting():
    shop = await make_workshop()
    first, wanted = await _waits(shop)
    line = (await shop.lines(first))[0]
    async with db.transaction():
        pads = await parts.request(
            store_id=shop.store.id,
            repair_order_id=first.id,
            line_id=line.id,
            part_number=shop.pads.part_number,
        )
    assert pads is not None
    supplier = await Supplier.create(name="云帆配件中心", lead_days=3)
    both = [Wanted(shop.service.part_number, 1, 10_00, TOMORROW), Wanted(shop.pads.part_number, 2, 10_00, TOMORROW)]
    purchase_id = await purchases.draft(shop.store_room, shop.store.id, supplier.id, both)
    await deliveries.place_order(shop.store_room, purchase_id, expected_version=1)
    filters = await PurchaseLine.get(purchase_id=purchase_id, quantity=1)
    await deliveries.receive_delivery(shop.store_room, purchase_id, [Arrival(filters.id, 1)], expected_version=2)
    assert (await PartRequest.get(id=wanted.id)).state is RequestState.RESERVED
    assert (await PartRequest.get(id=pads.id)).state is RequestState.BACKORDERED
    await deliveries.cancel_purchase(shop.store_room, purchase_id, expected_version=3)
    assert (await PurchaseOrder.get(id=purchase_id)).state is PurchaseState.CANCELLED
    assert (await PartRequest.get(id=pads.id)).expected_at == TOMORROW, "it keeps what it was told until told anew"


async def test_a_car_that_is_dispatched_while_its_part_is_taken_in_gets_it():
    shop = await make_workshop()
    part = await Part.get(number=shop.service.part_number)
    await Stock.filter(part_id=part.id).delete()
    purchase = await _ordered(shop.store_room, shop.store, part.number, 1)
    order = await shop.authorised()
    lines = [line.id for line in await shop.lines(order)]

    async def dispatch() -> None:
        await dispatching.dispatch(
            shop.controller, order.id, lines, technician_id=shop.technician.id, bay_id=shop.bay.id
        )

    await while_open(dispatch, lambda: _comes(shop.store_room, purchase, 1))
    assert (await PartRequest.get(repair_order_id=order.id)).state is RequestState.RESERVED
    row = await Stock.get(part_id=part.id)
    assert (row.on_hand, row.reserved) == (1, 1)


async def test_a_booking_holds_what_comes_in_time_once_and_finds_it_on_the_shelf():
    store = await make.make_store()
    part, clerk = await _part(), await make.acting(Role.PRT, store)
    purchase = await _ordered(clerk, store, part.number, 2)
    slot = TOMORROW + timedelta(days=1)
    assert await arriving.covered_at(store.id, [part.number] * 2) == TOMORROW
    assert await arriving.covered_at(store.id, [part.number] * 3) is None

    async def ask(number: int) -> datetime | None:
        async with db.transaction():
            return await arriving.hold(Ref("appointment", number), store.id, [part.number], before=slot)

    answers = await asyncio.gather(*(ask(number) for number in range(1, 9)))
    assert [answers.count(TOMORROW), answers.count(None)] == [2, 6], "what comes is promised once, too"
    early = Ref("appointment", 99)
    assert await arriving.covered_at(store.id, [part.number]) is None
    async with db.transaction():
        assert await arriving.hold(early, store.id, [part.number], before=TOMORROW) is None
    await _comes(clerk, purchase, 1)
    first = await PartHold.get()
    row = await Stock.get(part_id=part.id)
    assert (first.quantity, row.on_hand, row.reserved) == (1, 1, 1)
    assert await DeliveryHold.all().count() == 1
    assert not await stock.are_short(store.id, [part.number], held_for=Ref.parse(first.about))
    left = await PurchaseOrder.get(id=purchase.id)
    await deliveries.cancel_purchase(clerk, purchase.id, expected_version=left.version)
    assert await DeliveryHold.all().count() == 0


async def test_a_booking_that_ends_or_is_converted_while_its_piece_is_taken_in_keeps_nothing_from_others():
    store = await make.make_store()
    part, clerk = await _part(), await make.acting(Role.PRT, store)
    purchase = await _ordered(clerk, store, part.number, 2)
    ended, converted, order = Ref("appointment", 1), Ref("appointment", 2), Ref("repair_order", 3)

    async def holds_it(about: Ref) -> None:
        async with db.transaction():
            await arriving.hold(about, store.id, [part.number], before=TOMORROW + timedelta(days=1))

    async def ends() -> None:
        async with db.transaction():
            await holds.release(ended, store.id)

    async def is_converted() -> None:
        async with db.transaction():
            await holds.pass_on(converted, order)

    await holds_it(ended)
    await while_open(lambda: _comes(clerk, purchase, 1), ends)
    row = await Stock.get(part_id=part.id)
    assert (row.on_hand, row.reserved, await PartHold.all().count()) == (1, 0, 0)

    await holds_it(converted)
    assert await DeliveryHold.all().count() == 1
    await while_open(lambda: _comes(clerk, purchase, 1), is_converted)
    assert [hold.about for hold in await PartHold.all()] == [order]


async def test_a_delivery_told_twice_at_once_comes_once():
    store = await make.make_store()
    part, clerk = await _part(), await make.acting(Role.PRT, store)
    purchase = await _ordered(clerk, store, part.number, 2)
    line = await _line(purchase)

    async def come() -> None:
        await deliveries.receive_delivery(clerk, purchase.id, [Arrival(line.id, 2)], expected_version=purchase.version)

    answers = await asyncio.gather(*(come() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 3
    assert (await Stock.get(part_id=part.id)).on_hand == 2


async def test_only_the_store_room_of_the_store_orders_and_the_list_says_what_is_overdue():
    store = await make.make_store()
    part, clerk = await _part(), await make.acting(Role.PRT, store)
    purchase = await _ordered(clerk, store, part.number, 2)
    stranger = await make.acting(Role.PRT, await make.make_store())
    for other in (stranger, await make.acting(Role.SA, store)):
        with pytest.raises(NotAllowed):
            await deliveries.cancel_purchase(other, purchase.id, expected_version=purchase.version)
        with pytest.raises(NotAllowed):
            await queries.of_store(other, store.id)
    [row] = await queries.of_store(clerk, store.id)
    assert (row.parts, row.pieces, row.arrived, row.cost_fen, row.is_overdue) == ("前刹车片", 2, 0, 240_00, False)
    await clock.advance(timedelta(days=2))
    [row] = await queries.of_store(clerk, store.id)
    assert row.is_overdue
    [line] = (await queries.one(clerk, purchase.id)).lines
    assert line.is_overdue
