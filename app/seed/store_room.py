"""The store room of the first store: its suppliers and what it ordered from them."""

from datetime import datetime, timedelta
from typing import Final

from app.seed.group import Group
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role
from crm_core.parts import stock
from crm_core.parts.counting import service as counting
from crm_core.parts.models import Part, PartRequest, Stock, StockBin
from crm_core.parts.purchases import service as purchases
from crm_core.parts.purchases.models import PurchaseLine, PurchaseOrder, Supplier
from crm_core.parts.purchases.service import Arrival, Wanted
from crm_core.parts.replenishing.models import PartAlternative, PartMinimum
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.parts.stock import Cause
from crm_core.parts.transfers import service as asking
from crm_core.parts.transfers.models import PartTransferLine
from crm_core.parts.transfers.service import Asked, Counted
from crm_core.repair_orders import deliveries, transfers
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.part_asks import answering
from crm_core.repair_orders.part_asks import asking as asking_parts
from crm_core.repair_orders.rules import LineState
from foundation import clock

_SUPPLIERS: Final = (("云帆汽车配件中心", 2), ("华南博达配件", 1), ("恒顺轮胎", 4))
# Number, name: parts no job of the story needs, so that its cars wait for nothing here.
_PARTS: Final = (("WIPER-26", "无骨雨刮片 26 寸"), ("BULB-H7", "大灯灯泡 H7"), ("HORN-12V", "盆形电喇叭"))


async def make(group: Group) -> None:
    """Suppliers, an order in each state (a draft, one on its way, one overdue of which a part came), and parts that may
    stand in for others.
    """
    for name, days in _SUPPLIERS:
        await Supplier.create(name=name, lead_days=days)
    for number, name in _PARTS:
        await Part.create(number=number, name=name)
    store = group.live_stores[0]
    wiper, horn = await Part.get(number="WIPER-26"), await Part.get(number="HORN-12V")
    await PartMinimum.create(store_id=store.id, part_id=horn.id, minimum=8, maximum=12)
    spare = await _stands_in(wiper, "WIPER-26U", "通用雨刮片 26 寸", both_ways=True)
    await Stock.create(part_id=spare.id, store_id=store.id, on_hand=7)
    await _for_cars_that_wait(store.id, group.live_stores[2].id)
    for each in group.live_stores:
        await _nothing_lies_where_a_part_is_missing(each.id, group.staff[each.id, Role.PRT][0])
    clerk = await staff_actor(group.staff[store.id, Role.PRT][0])
    today = clock.now()
    await _order(clerk, store.id, 0, [Wanted("WIPER-26", 20, 38_00), Wanted("BULB-H7", 12, 26_50)])
    late = await _order(clerk, store.id, 1, [Wanted("HORN-12V", 6, 85_00)], ordered_on=today - timedelta(days=3))
    line = await PurchaseLine.get(purchase_id=late)
    version = (await PurchaseOrder.get(id=late)).version
    await deliveries.receive_delivery(clerk, late, [Arrival(line.id, 2, "C-02-1")], expected_version=version)
    supplier = await Supplier.get(name=_SUPPLIERS[2][0])
    await purchases.draft(clerk, store.id, supplier.id, [Wanted("BULB-H7", 24, 25_00)], "凑整箱")
    counted = await counting.start(clerk, store.id, "C-02")
    await counting.count(clerk, counted, "HORN-12V", "C-02-1", 1)
    await counting.finish(clerk, counted, expected_version=1)
    await counting.start(clerk, store.id, "")
    await _transfers(group, clerk)
    await _asks(clerk, store.id)


async def _for_cars_that_wait(here: int, there: int) -> None:
    """A car waits for pads, for which others lie here; another waits for a battery, for which one lies elsewhere."""
    for number, other, name, store_id in (
        ("PAD-R", "PAD-R-C", "陶瓷后刹车片", here),
        ("BATT-12", "BATT-12A", "12V 启停电瓶 AGM", there),
    ):
        spare = await _stands_in(await Part.get(number=number), other, name)
        await Stock.create(part_id=spare.id, store_id=store_id, on_hand=3)


async def _nothing_lies_where_a_part_is_missing(store_id: int, clerk_id: int) -> None:
    """The clerk looked for what a car waits for: the ledger had pieces that nobody found."""
    missing = await PartRequest.filter(store_id=store_id, state=RequestState.BACKORDERED)
    for part_id in sorted({request.part_id for request in missing}):
        lost = await stock.free(store_id, part_id)
        lies = await Stock.get(store_id=store_id, part_id=part_id)
        for shelf in await StockBin.filter(stock_id=lies.id, on_hand__gt=0):
            pieces = min(lost, shelf.on_hand)
            if pieces and await stock.adjust(
                lies.id, shelf.bin, -pieces, Cause(StockMoveKind.ADJUSTED, None, clerk_id)
            ):
                lost -= pieces


async def _stands_in(part: Part, number: str, name: str, *, both_ways: bool = False) -> Part:
    spare = await Part.create(number=number, name=name)
    await PartAlternative.create(part_id=part.id, other_id=spare.id, both_ways=both_ways)
    return spare


async def _transfers(group: Group, clerk: Actor) -> None:
    """Between the first store and the third, a transfer of each kind: to be answered here, to be answered there, set
    aside there, on its way here, counted with one piece short, and refused.
    """
    here, there = group.live_stores[0], group.live_stores[2]
    other = await staff_actor(group.staff[there.id, Role.PRT][0])
    for number, pieces, cost_fen, bin_name in (("BULB-H7", 16, 26_00, "B-03-1"), ("HORN-12V", 5, 84_00, "B-01-2")):
        part = await Part.get(number=number)
        await stock.put_in(there.id, part.id, pieces, Cause(StockMoveKind.ARRIVED, None, other.id, cost_fen), bin_name)
    soon = clock.now() + timedelta(hours=26)
    await asking.ask(other, there.id, here.id, [Asked("WIPER-26U", 2)], "客户明早来换")
    await asking.ask(clerk, here.id, there.id, [Asked("HORN-12V", 1)], "试车发现喇叭不响")
    agreed, sent, short = [
        await asking.ask(clerk, here.id, there.id, [Asked("BULB-H7", pieces)]) for pieces in (2, 4, 3)
    ]
    for transfer_id in (agreed, sent, short):
        await transfers.agree_to_transfer(other, transfer_id, {}, soon, expected_version=1)
    for transfer_id in (sent, short):
        await transfers.send_transfer(other, transfer_id, expected_version=2)
    line = await PartTransferLine.get(transfer_id=short)
    counted = [Counted(line.id, 2, "C-01-2", "箱子里少一只")]
    await transfers.receive_transfer(clerk, short, counted, expected_version=3)
    refused = await asking.ask(clerk, here.id, there.id, [Asked("BULB-H7", 9)])
    await transfers.refuse_transfer(other, refused, "这周自己要用", expected_version=1)


async def _order(
    clerk: Actor, store_id: int, supplier: int, lines: list[Wanted], ordered_on: datetime | None = None
) -> int:
    now = clock.now()
    if ordered_on is not None:
        await clock.set_to(ordered_on)
    found = await Supplier.get(name=_SUPPLIERS[supplier][0])
    made = await purchases.draft(clerk, store_id, found.id, lines)
    await deliveries.place_order(clerk, made, expected_version=1)
    await clock.set_to(now)
    return made


async def _asks(clerk: Actor, store_id: int) -> None:
    """Of three technicians at work one has been given what they asked for, one reads why not, one still waits."""
    here = RepairOrder.filter(store_id=store_id)
    at_work = RepairLine.filter(state=LineState.WORKING, repair_order_id__in=await here.values_list("id", flat=True))
    jobs = await at_work.order_by("id").limit(3)
    asks = (("再要一个机滤", 1), ("棘轮扳手 17 号", 1), ("放油螺丝垫片", 2))
    made = [
        await asking_parts.ask(await staff_actor(line.technician_id), line.id, words, quantity)
        for line, (words, quantity) in zip(jobs, asks, strict=False)
        if line.technician_id is not None
    ]
    if len(made) == len(asks):
        await answering.give(clerk, made[0].id, "OIL-KIT")
        await answering.refuse(clerk, made[1].id, "工具到工具间登记借用")
