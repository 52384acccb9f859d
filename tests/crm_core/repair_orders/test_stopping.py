"""中止: the owner may end the contract at any time from the authorisation until the car is ready."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from app.wiring import wire
from crm_core.billing import making
from crm_core.billing.errors import NothingToBill
from crm_core.dealerships.permissions import SameHands
from crm_core.messaging.models import Message
from crm_core.parts.models import PartRequest
from crm_core.parts.rules import RequestState
from crm_core.repair_orders import material, opening, quality, staff_queries
from crm_core.repair_orders.errors import RoadTestMissing
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from crm_core.repair_orders.order import replay
from crm_core.repair_orders.rules import HeaderState, LineState
from foundation.errors import IllegalMove, NotAllowed
from foundation.refs import Ref
from tests.workshop import CHECKED, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")
Stage = Callable[[Workshop], Awaitable[RepairOrder]]


@pytest.fixture(autouse=True)
def _wired() -> None:
    wire()


async def _passed(shop: Workshop) -> RepairOrder:
    order = await shop.to_inspect()
    await quality.pass_check(shop.inspector, order.id, checklist=CHECKED)
    return await shop.now(order)


async def _washing(shop: Workshop) -> RepairOrder:
    order = await _passed(shop)
    await quality.start_wash(shop.advisor, order.id)
    return await shop.now(order)


@pytest.mark.parametrize(
    ("stage", "then"),
    [
        (Workshop.authorised, HeaderState.READY),
        (Workshop.dispatched, HeaderState.READY),
        (Workshop.in_work, HeaderState.QC_PENDING),
        (Workshop.to_inspect, HeaderState.QC_PENDING),
        (_passed, HeaderState.READY),
        (_washing, HeaderState.READY),
    ],
)
async def test_it_can_be_stopped_from_every_state_of_the_work(stage: Stage, then: HeaderState):
    shop = await make_workshop()
    order = await stage(shop)
    with pytest.raises(NotAllowed):
        await opening.stop(shop.advisor, order.id, "不修了")
    stopped = await opening.stop(shop.manager, order.id, "不修了")
    assert stopped.state is then
    assert (await replay(order.id)).state is then
    told = await RepairEvent.filter(repair_order_id=order.id, node="N9").order_by("-number").first()
    assert told is not None
    assert told.owner_text == "应您要求停止维修"
    receivers = {row.staff_id for row in await Message.filter(template="work_stopped")}
    assert receivers == {shop.controller.id, shop.store_room.id}
    with pytest.raises(IllegalMove):
        await opening.stop(shop.manager, order.id, "不修了")


@pytest.mark.parametrize("stage", [Workshop.opened, Workshop.inspected, Workshop.estimated, Workshop.ready])
async def test_before_the_authorisation_and_once_ready_there_is_nothing_to_stop(stage: Stage):
    shop = await make_workshop()
    order = await stage(shop)
    with pytest.raises(IllegalMove) as refused:
        await opening.stop(shop.manager, order.id, "不修了")
    assert refused.value.details["allowed"]


async def test_what_was_begun_is_made_safe_looked_at_by_somebody_else_and_only_used_parts_are_paid():
    shop = await make_workshop()
    order = await shop.in_work(shop.pads)
    await opening.stop(shop.manager, order.id, "急着用车")
    [waiting] = await staff_queries.to_inspect(shop.inspector, shop.store.id)
    assert [(line.name, line.state) for line in waiting.lines] == [("前刹车片", LineState.CANCELLED)]
    with pytest.raises(NothingToBill):
        await making.make(shop.advisor, Ref("repair_order", order.id))
    with pytest.raises(RoadTestMissing):
        await quality.pass_check(shop.inspector, order.id, checklist=CHECKED)
    with pytest.raises(SameHands):
        await quality.pass_check(
            replace(shop.inspector, id=shop.technician.id), order.id, was_road_tested=True, checklist=CHECKED
        )
    passed = await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    assert (passed.state, passed.made_safe_at is not None) == (HeaderState.READY, True)
    part = await PartRequest.get(repair_order_id=order.id)
    assert part.state is RequestState.ISSUED
    await material.use_part(shop.store_room, part.id)
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    assert bill.total_fen == 680_00, "the fitted part, and no labour"
