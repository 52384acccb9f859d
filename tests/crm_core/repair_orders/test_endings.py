"""On an order that is billed, void or stopped nothing more is done, and nobody is asked to decide any more."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.billing import making, paying
from crm_core.dealerships.models import Role
from crm_core.payments.rules import Method
from crm_core.repair_orders import (
    additional_work,
    deciding,
    dispatching,
    material,
    opening,
    promises,
    settlement,
    work,
)
from crm_core.repair_orders.additional_work import Finding
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Decision, Urgency
from crm_core.repair_orders.errors import AdditionalWorkChanged, TooLateForAdditionalWork
from crm_core.repair_orders.evidence import Evidence
from crm_core.repair_orders.hand_over import giving_back
from crm_core.repair_orders.models import RepairEvent, RepairOrder
from crm_core.repair_orders.order import replay
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.rules import HeaderState, LineState, PauseReason
from foundation import clock
from foundation.errors import IllegalMove
from foundation.refs import Ref
from tests import factories as make
from tests.workshop import PHOTO, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")

FOUND = [Finding("剩 2.1 毫米", Urgency.YELLOW, [PHOTO], name="前刹车片")]


@pytest.fixture(autouse=True)
def _wired() -> None:
    wire()


async def _billed(shop: Workshop) -> RepairOrder:
    order = await shop.ready()
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    await making.send(shop.advisor, bill.id)
    return order


async def _paid(shop: Workshop) -> RepairOrder:
    order = await _billed(shop)
    bill = await making.make(shop.advisor, Ref("repair_order", order.id))
    cashier = await make.acting(Role.CSH, shop.store)
    await paying.receive_offline(cashier, bill.id, bill.total_fen, Method.CASH)
    return order


async def _closed(shop: Workshop) -> RepairOrder:
    order = await _paid(shop)
    await giving_back.offer(
        shop.advisor, order.id, is_key_given=True, are_old_parts_settled=True, is_settlement_sheet_given=True
    )
    await giving_back.confirm(shop.owner, order.id)
    await clock.advance(timedelta(days=8))
    await settlement.close(order.id)
    return order


async def _void(shop: Workshop) -> RepairOrder:
    order = await shop.authorised()
    await opening.void(shop.manager, order.id, "录错车")
    return order


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (_billed, HeaderState.BILLED),
        (_paid, HeaderState.PAID),
        (_closed, HeaderState.CLOSED),
        (_void, HeaderState.VOID),
    ],
)
async def test_nothing_is_done_on_an_order_that_is_billed_or_over(
    end: Callable[[Workshop], Awaitable[RepairOrder]], state: HeaderState
) -> None:
    shop = await make_workshop()
    order = await end(shop)
    assert (await shop.now(order)).state is state
    (line,) = await shop.lines(order)
    # Even a line that is still open for some reason is not worked on.
    line.technician_id, line.bay_id = shop.technician.id, shop.bay.id
    told = await RepairEvent.filter(repair_order_id=order.id).count()
    for open_state in (LineState.AUTHORISED, LineState.ASSIGNED, LineState.WORKING, LineState.PAUSED):
        line.state = open_state
        await line.save()
        for attempt in _attempts(shop, order.id, line.id):
            with pytest.raises((IllegalMove, TooLateForAdditionalWork)):
                await attempt
    assert (await shop.now(order)).state is state
    assert await RepairEvent.filter(repair_order_id=order.id).count() == told


def _attempts(shop: Workshop, order_id: int, line_id: int) -> list[Awaitable[object]]:
    later = clock.now() + timedelta(hours=1)
    where = {"technician_id": shop.technician.id, "bay_id": shop.bay.id}
    return [
        dispatching.dispatch(shop.controller, order_id, [line_id], **where),
        dispatching.undo_dispatch(shop.controller, line_id),
        dispatching.cancel_line(shop.advisor, line_id, "不做了"),
        work.clock_on(shop.technician, line_id),
        work.pause(shop.technician, line_id, PauseReason.OTHER),
        work.add_photos(shop.technician, line_id, [PHOTO]),
        work.finish_line(shop.technician, line_id, [PHOTO]),
        work.tick_checks(shop.controller, order_id),
        material.wait_for_parts(shop.technician, line_id, later),
        material.issue_parts(shop.store_room, order_id),
        additional_work.propose(shop.technician, order_id, FOUND),
        promises.change_promise(shop.advisor, order_id, later, "等配件"),
        promises.keep_promise(shop.advisor, order_id),
    ]


async def test_a_void_order_leaves_nothing_open() -> None:
    shop = await make_workshop()
    order = await shop.authorised(shop.service, shop.pads)
    sheet = await additional_work.propose(shop.advisor, order.id, FOUND)
    await opening.void(shop.manager, order.id, "录错车")
    assert {line.state for line in await shop.lines(order)} == {LineState.CANCELLED}
    assert (await AdditionalWork.get(id=sheet.id)).state is AdditionalWorkState.WITHDRAWN
    followed = await replay(order.id)
    assert (followed.state, set(followed.line_states.values())) == (HeaderState.VOID, {LineState.CANCELLED})


async def test_who_ends_the_work_is_not_asked_for_more() -> None:
    shop = await make_workshop()
    order = await shop.in_work()
    sent = await shop.asked(order, Urgency.YELLOW)
    found = await additional_work.propose(shop.technician, order.id, FOUND)
    await opening.stop(shop.manager, order.id, "要赶飞机")
    assert {sheet.state for sheet in await AdditionalWork.all()} == {AdditionalWorkState.WITHDRAWN}
    assert {line.state for line in await shop.lines(order)} == {LineState.CANCELLED}
    line = next(line for line in await shop.lines(order) if line.additional_work_id == sent.id)
    with pytest.raises(AdditionalWorkChanged):
        await deciding.decide(shop.owner, sent.id, sent.version, {line.id: Decision.APPROVED})
    with pytest.raises(IllegalMove):
        await additional_work.price(shop.advisor, found.id, [])
    with pytest.raises(TooLateForAdditionalWork) as refusal:
        await additional_work.propose(shop.advisor, order.id, FOUND)
    assert refusal.value.text == "车主已要求停止维修，不能再加项目。"


async def test_after_a_stop_what_is_done_goes_to_the_inspector() -> None:
    shop = await make_workshop()
    order = await shop.dispatched(shop.service, shop.pads)
    first, second = await shop.lines(order)
    await work.clock_on(shop.technician, first.id)
    await work.finish_line(shop.technician, first.id, [PHOTO])
    await work.clock_on(shop.technician, second.id)
    await shop.asked(order, Urgency.YELLOW)
    stopped = await opening.stop(shop.manager, order.id, "要赶飞机")
    assert stopped.state is HeaderState.QC_PENDING
    assert (await replay(order.id)).state is HeaderState.QC_PENDING


async def test_nothing_is_allowed_once_the_bill_is_sent() -> None:
    shop = await make_workshop()
    order = await _paid(shop)
    sheet = await AdditionalWork.create(
        repair_order_id=order.id,
        state=AdditionalWorkState.SENT,
        found_by=shop.technician.id,
        found_at=clock.now(),
        sent_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=30),
    )
    (line,) = await shop.lines(order)
    line.id, line.state, line.additional_work_id = None, LineState.PROPOSED, sheet.id
    await line.save(force_create=True)
    yes = {line.id: Decision.APPROVED}
    with pytest.raises(IllegalMove) as refusal:
        await deciding.decide(shop.owner, sheet.id, sheet.version, yes)
    assert refusal.value.text == "账单已出，项目不能再动。"
    with pytest.raises(IllegalMove):
        await deciding.record_decision(shop.advisor, sheet.id, yes, Evidence("paper", photo=PHOTO["key"]))
