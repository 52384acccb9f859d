"""After the estimate a price only goes down: at once within the limit, above it when somebody agreed."""

import pytest

from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.dealerships.models import Role, Staff
from crm_core.repair_orders import additional_work
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.errors import DiscountNeedsReason, DiscountNotApproved, DiscountTooHigh, NoLongerLowered
from crm_core.repair_orders.later_discounts import giving
from crm_core.repair_orders.later_discounts.models import LaterDiscount, LaterDiscountState
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork
from foundation import jobs
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.fixtures.web import Web
from tests.racing import while_open
from tests.workshop import PHOTO, Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")
WHY = "等得太久"


async def _running(shop: Workshop) -> tuple[RepairOrder, RepairLine]:
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    return order, line


async def _line(line: RepairLine) -> RepairLine:
    return await RepairLine.get(id=line.id)


async def test_within_the_limit_it_is_given_at_once_and_the_owner_allowed_more_anyway():
    shop = await make_workshop()
    order, line = await _running(shop)
    given = await giving.give(shop.advisor, order.id, {line.id: 33_00}, WHY)
    lower = await _line(line)
    assert (given.state, lower.total_fen, lower.off_fen) == (LaterDiscountState.GIVEN, 635_00, 33_00)
    assert lower.authorised_fen == 668_00
    with pytest.raises(NoLongerLowered):
        await giving.give(shop.advisor, order.id, {line.id: 700_00}, WHY)
    with pytest.raises(DiscountNeedsReason):
        await giving.give(shop.advisor, order.id, {line.id: 1_00}, " ")
    with pytest.raises(StaleVersion):
        await giving.give(shop.advisor, order.id, {line.id: 1_00}, WHY, expected_version=1)
    for nobody in (shop.technician, await make.acting(Role.SA, await make.make_store())):
        with pytest.raises(NotAllowed):
            await giving.give(nobody, order.id, {line.id: 1_00}, WHY)


async def test_what_was_given_before_counts_and_above_the_limit_somebody_agrees():
    shop = await make_workshop()
    order, line = await _running(shop)
    await giving.give(shop.advisor, order.id, {line.id: 33_00}, WHY)
    asked = await giving.give(shop.advisor, order.id, {line.id: 20_00}, WHY)
    assert (asked.state, (await _line(line)).total_fen) == (LaterDiscountState.WAITING, 635_00)
    with pytest.raises(DiscountTooHigh):
        await giving.give(shop.advisor, order.id, {line.id: 200_00}, WHY)
    approval = await Approval.get(state="PENDING")
    await approvals.decide(shop.manager, approval.id, agree=True, version_seen=approval.version)
    await jobs.drain()
    assert (await _line(line)).total_fen == 615_00
    row = await LaterDiscount.get(id=asked.id)
    assert (row.state, row.decided_by_id) == (LaterDiscountState.GIVEN, shop.manager.id)


async def test_a_refused_one_leaves_the_price_and_a_new_request_replaces_one_that_waits():
    shop = await make_workshop()
    order, line = await _running(shop)
    first = await giving.give(shop.advisor, order.id, {line.id: 60_00}, WHY)
    second = await giving.give(shop.advisor, order.id, {line.id: 50_00}, WHY)
    assert (await LaterDiscount.get(id=first.id)).state is LaterDiscountState.WITHDRAWN
    approval = await Approval.get(state="PENDING")
    await approvals.decide(shop.manager, approval.id, agree=False, note="太多了", version_seen=approval.version)
    assert (await LaterDiscount.get(id=second.id)).state is LaterDiscountState.REFUSED
    assert (await _line(line)).total_fen == 668_00


async def test_what_is_agreed_to_at_this_moment_counts_like_what_is_given():
    shop = await make_workshop()
    order = await shop.in_work(shop.service, shop.pads)
    first, second = await shop.lines(order)
    await giving.give(shop.advisor, order.id, {first.id: 100_00}, WHY)
    approval = await Approval.get(state="PENDING")
    _, asked = await while_open(
        lambda: approvals.decide(shop.manager, approval.id, agree=True, version_seen=approval.version),
        lambda: giving.give(shop.advisor, order.id, {second.id: 30_00}, WHY),
    )
    assert asked.state is LaterDiscountState.WAITING, "together it is more than an advisor gives"
    with pytest.raises(DiscountTooHigh):
        await giving.give(shop.advisor, order.id, {second.id: 450_00}, WHY)
    await jobs.drain()
    assert ((await _line(first)).off_fen, (await _line(second)).off_fen) == (100_00, 0)


async def test_what_somebody_agreed_to_is_given_although_they_left_meanwhile():
    shop = await make_workshop()
    order, line = await _running(shop)
    asked = await giving.give(shop.advisor, order.id, {line.id: 60_00}, WHY)
    approval = await Approval.get(state="PENDING")
    await approvals.decide(shop.manager, approval.id, agree=True, version_seen=approval.version)
    await Staff.filter(id=shop.manager.id).update(is_active=False)
    await giving.give_agreed(asked.id)
    assert (await LaterDiscount.get(id=asked.id)).state is LaterDiscountState.GIVEN
    assert (await _line(line)).off_fen == 60_00


async def test_priced_additional_work_is_lowered_before_the_owner_sees_it():
    shop = await make_workshop()
    order, _ = await _running(shop)
    sheet = await additional_work.propose(
        shop.technician, order.id, [Finding("剩 2.1 毫米", Urgency.YELLOW, [PHOTO], item_id=shop.pads.id)]
    )
    found = await RepairLine.get(additional_work_id=sheet.id)
    with pytest.raises(NoLongerLowered):
        await giving.give(shop.advisor, order.id, {found.id: 10_00}, WHY)
    await additional_work.price(shop.advisor, sheet.id, [ItemPrice(found.id)])
    before = await AdditionalWork.get(id=sheet.id)
    await giving.give(shop.advisor, order.id, {found.id: 10_00}, WHY)
    after = await AdditionalWork.get(id=sheet.id)
    assert (after.version, after.hash != before.hash) == (before.version + 1, True)
    await giving.give(shop.advisor, order.id, {found.id: 100_00}, WHY)
    with pytest.raises(DiscountNotApproved):
        await additional_work.send(shop.advisor, sheet.id)
    await additional_work.price(shop.advisor, sheet.id, [ItemPrice(found.id, parts_fen=900_00)])
    assert (await _line(found)).parts_off_fen == 0, "another price begins without a discount"


async def test_the_page_shows_what_can_be_lowered_and_what_was(web: Web):
    shop = await make_workshop()
    order, line = await _running(shop)
    desk = await web.signed_in(shop.advisor)
    page = (await desk.get(f"/repair-orders/{order.id}/discounts")).json()
    assert [(each["line_id"], each["total_fen"]) for each in page["lines"]] == [(line.id, 668_00)]
    body = {"version": order.version, "lines": [{"line_id": line.id, "off_fen": 10_00}], "reason": WHY}
    answer = await desk.post(f"/repair-orders/{order.id}/discounts", json=body)
    assert answer.status_code == 200, answer.text
    assert [(each["state"], each["off_fen"]) for each in answer.json()["given"]] == [("GIVEN", 10_00)]
