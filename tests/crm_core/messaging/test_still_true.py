"""A message is sent only while it is true: each room's condition, tried at the steps that make it untrue."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.approvals.models import Approval
from crm_core.billing import paying, refunding
from crm_core.billing.models import BillLine
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import Message
from crm_core.payments.rules import Method
from crm_core.repair_orders import additional_work, authorising, promises
from crm_core.repair_orders.additional_work_rules import Urgency
from foundation import clock
from tests import factories as make
from tests.checkout import make_checkout
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


async def _true(template, variant=""):
    """Whether the newest message of this kind may leave now."""
    message = await Message.filter(template=template, variant=variant).order_by("-id").first()
    assert message is not None
    return await holds(message)


async def test_a_bill_is_due_until_money_came_and_the_receipt_is_true_from_then_on():
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    assert await _true("bill_due")
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    assert not await _true("bill_due")
    assert await _true("payment_receipt")


async def test_a_coupon_that_was_used_is_not_announced():
    wire()
    counter = await make_checkout()
    await counter.give()
    assert await _true("coupon_arrived")
    await Coupon.all().update(state=CouponState.REDEEMED, redeemed_at=clock.now())
    assert not await _true("coupon_arrived")


async def test_an_estimate_is_ready_until_it_is_decided():
    wire()
    workshop = await make_workshop()
    order = await workshop.estimated()
    assert await _true("repair_progress", "estimate_ready")
    await authorising.authorise_estimate(workshop.owner, order.id, 1, keeps_old_parts=True)
    assert not await _true("repair_progress", "estimate_ready")


async def test_a_started_job_names_the_promise_that_stands_and_a_job_card_its_technician():
    wire()
    workshop = await make_workshop()
    order = await workshop.in_work()
    assert await _true("repair_progress", "started")
    assert await _true("job_dispatched")
    order = await workshop.now(order)
    assert order.promised_finish_at is not None
    await promises.change_promise(workshop.advisor, order.id, order.promised_finish_at + timedelta(hours=1), "等配件")
    assert not await _true("repair_progress", "started")
    assert await _true("repair_progress", "postponed")
    await workshop.do_all(await workshop.now(order))
    assert not await _true("job_dispatched")


async def test_a_sheet_asks_whoever_it_waits_for():
    wire()
    workshop = await make_workshop()
    order = await workshop.in_work()
    sheet = await workshop.asked(order, Urgency.RED)
    assert not await _true("extra_work_found"), "it is priced"
    assert await _true("extra_work_decision")
    await additional_work.withdraw(workshop.advisor, sheet.id)
    assert not await _true("extra_work_decision")


async def test_a_request_is_asked_only_at_the_version_its_card_decides():
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    parts = await BillLine.filter(bill_id=bill.id, kind="PARTS", amount_fen__gt=0).order_by("-amount_fen").first()
    await refunding.request(counter.cashier, bill.id, {parts.line_no: 10_00}, "配件退货")
    assert await _true("approval_request")
    await Approval.all().update(version=9)
    assert not await _true("approval_request")
