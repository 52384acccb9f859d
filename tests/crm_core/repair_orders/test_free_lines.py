"""自由项目: a job in words goes the way of every job, and its parts are bought for it once the owner has allowed it."""

from dataclasses import replace
from typing import Any

import pytest

from app.wiring import wire
from crm_core.billing import making
from crm_core.billing.models import BillLine
from crm_core.dealerships.models import AuditEntry
from crm_core.documents import printing
from crm_core.documents.models import Document
from crm_core.documents.rules import DocumentKind
from crm_core.messaging.models import Message
from crm_core.parts.models import Part, PartRequest
from crm_core.parts.purchases import queries as purchases
from crm_core.parts.purchases import service as purchasing
from crm_core.parts.purchases.models import Supplier
from crm_core.parts.purchases.service import Arrival, Wanted
from crm_core.parts.replenishing.queries import proposals
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import authorising, deliveries, dispatching, estimating, offered_again, opening, quality
from crm_core.repair_orders.discounting import Discount
from crm_core.repair_orders.errors import FreeLineIncomplete, NothingToEstimate
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.free_line_rules import FreeJob, OutsidePart
from crm_core.repair_orders.free_lines import labour_prices
from crm_core.repair_orders.margin import margin
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.papers.queries import estimate_of
from foundation.refs import Ref
from tests import factories as make
from tests.workshop import CHECKED, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")
PIPE = OutsidePart("空调高压管", 2, 180_00)
JOB = FreeJob("更换空调高压管", 90, labour_centihours=1_50, parts=(PIPE,))


async def _offered(shop: Workshop, *jobs: FreeJob, **more: Any) -> RepairOrder:
    order = await shop.inspected()
    wanted = [WantedLine(shop.service.id), *(WantedLine(free=job, **more) for job in jobs)]
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(14))
    await estimating.send_estimate(shop.advisor, order.id)
    return await shop.now(order)


async def test_hours_cost_the_rate_of_the_store_and_the_owner_reads_what_is_bought():
    wire()
    shop = await make_workshop()
    order = await _offered(shop, JOB, FreeJob("清洗节气门", 30, labour_fen=99_00, needs_road_test=True))
    _, pipe, clean = await shop.lines(order)
    hour_fen = (await labour_prices(shop.advisor, order.id)).general_fen
    assert (pipe.item_id, pipe.labour_fen, pipe.parts_fen) == (None, hour_fen * 3 // 2, 360_00)
    assert (clean.labour_fen, clean.parts_fen, clean.needs_road_test) == (99_00, 0, True)
    assert [line.outside for line in (await estimate_of(shop.owner, order.id)).lines] == ["", PIPE.words, ""]
    assert (await AuditEntry.get(action="repair_orders.offer_free_job")).reason == "更换空调高压管、清洗节气门"
    assert not await Part.exists(name=PIPE.name), "nothing is bought before the owner has allowed it"


async def test_the_next_version_begins_with_what_is_offered():
    wire()
    shop = await make_workshop()
    order = await shop.inspected()
    assert (await offered_again.of_order(shop.advisor, order.id)).lines == []
    wanted = [WantedLine(shop.service.id, is_required=True, discount_fen=8_00), WantedLine(free=JOB)]
    cheaper = Discount(reason="老客户")
    await estimating.make_estimate(shop.advisor, order.id, wanted, make.slot(14), discount=cheaper, with_diagnosis=True)
    offered = await offered_again.of_order(shop.advisor, order.id)
    service, free = offered.lines
    assert (service.item_id, service.is_required, service.discount_fen) == (shop.service.id, True, 8_00)
    assert free.free is not None
    assert (free.free.name, free.free.labour_centihours, free.free.labour_fen) == (JOB.name, JOB.labour_centihours, 0)
    assert [(part.name, part.quantity, part.price_fen) for part in free.free.parts] == [(PIPE.name, 2, 180_00)]
    assert (offered.with_diagnosis, offered.discount_reason) == (True, "老客户")
    await estimating.send_estimate(shop.advisor, order.id)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    assert (await offered_again.of_order(shop.advisor, order.id)).lines == [], "what is decided is offered no more"


async def test_what_the_catalogue_has_or_nobody_can_price_is_refused():
    shop = await make_workshop()
    order = await shop.inspected()
    for free, refusal in (
        (FreeJob(shop.service.name, 30, labour_fen=1_00), FreeLineIncomplete),
        (FreeJob("换雨刮", 10), FreeLineIncomplete),
        (None, NothingToEstimate),
    ):
        with pytest.raises(refusal):
            await estimating.make_estimate(shop.advisor, order.id, [WantedLine(free=free)], make.slot(14))
    both = WantedLine(shop.service.id, free=JOB)
    with pytest.raises(NothingToEstimate):
        await estimating.make_estimate(shop.advisor, order.id, [both], make.slot(14))


async def test_the_store_room_buys_its_parts_and_the_bill_names_them_at_their_price():
    wire()
    shop = await make_workshop()
    order = await _offered(shop, JOB)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    _, line = await shop.lines(order)
    wanted = await PartRequest.get(line_id=line.id).prefetch_related("part")
    assert (wanted.state, wanted.quantity, wanted.part.name) == (RequestState.BACKORDERED, 2, PIPE.name)
    assert wanted.part.number == f"WG-{line.id}-1"
    assert await Message.filter(template="parts_shortage", variant="to_buy").count() == 1
    assert PIPE.name in await _to_buy(shop)
    printed = str((await Document.get(kind=DocumentKind.ORDER)).paper)
    assert f"{PIPE.name}（外购）" in printed
    assert "360.00" in printed

    await _bought(shop, order, wanted.part.number, 95_00)
    assert (await PartRequest.get(id=wanted.id)).state is RequestState.RESERVED
    await shop.give_out(order)
    await shop.do_all(order)
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    await quality.mark_ready(shop.advisor, order.id)
    costs = await margin(shop.store_room, order.id)
    assert costs.cost_fen >= 190_00
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    billed = {(each.name, each.kind.value): each.amount_fen for each in await BillLine.all()}
    assert billed[JOB.name, "PARTS"] == 360_00
    await making.send(shop.advisor, bill.id)
    await printing.print_of_order(shop.advisor, order.id, DocumentKind.SETTLEMENT)
    settled = str((await Document.get(kind=DocumentKind.SETTLEMENT)).paper)
    assert f"'{PIPE.name}', '{wanted.part.number}', '否', '2', '180.00', '360.00'" in settled
    assert PIPE.name not in await _to_buy(shop)


async def test_a_job_that_falls_away_is_not_bought_for_any_longer():
    wire()
    shop = await make_workshop()
    order = await _offered(shop, JOB)
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    _, line = await shop.lines(order)
    await dispatching.cancel_line(shop.advisor, line.id, "车主不做了")
    assert (await PartRequest.get(line_id=line.id)).state is RequestState.CANCELLED
    assert PIPE.name not in await _to_buy(shop)


async def test_of_a_job_that_was_stopped_the_bought_parts_in_the_car_are_billed_and_no_others():
    wire()
    shop = await make_workshop()
    order = await _offered(shop, replace(JOB, parts=(PIPE, OutsidePart("密封圈", 1, 40_00))))
    await authorising.authorise_estimate(shop.owner, order.id, 1)
    await opening.stop(shop.manager, order.id, "急着用车")
    _, line = await shop.lines(order)
    ring = await PartRequest.get(line_id=line.id, part__number=f"WG-{line.id}-2")
    await PartRequest.filter(id=ring.id).update(state=RequestState.USED)
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    assert [(each.name, each.amount_fen) for each in await BillLine.filter(bill_id=bill.id)] == [(JOB.name, 40_00)]


async def _to_buy(shop: Workshop) -> list[str]:
    return [row.part for row in await proposals(shop.store_room, shop.store.id)]


async def _bought(shop: Workshop, order: RepairOrder, number: str, cost_fen: int) -> None:
    supplier = await Supplier.create(name="城南汽配")
    bought = [Wanted(number, 2, cost_fen)]
    purchase_id = await purchasing.draft(shop.store_room, order.store_id, supplier.id, bought)
    await deliveries.place_order(shop.store_room, purchase_id, expected_version=1)
    [line] = (await purchases.one(shop.store_room, purchase_id)).lines
    await deliveries.receive_delivery(shop.store_room, purchase_id, [Arrival(line.id, 2)], expected_version=2)
