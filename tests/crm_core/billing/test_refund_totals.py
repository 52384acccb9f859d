"""Refunded money does not count as spending: the totals of order, visit, customer and coupons follow each refund."""

import asyncio
from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.billing import paying, refunding
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState
from crm_core.coupons.models import Redemption
from crm_core.coupons.rules import CouponKind
from crm_core.customers.merging import merge, undo_merge
from crm_core.customers.models import Customer, CustomerMerge
from crm_core.dealerships.actors import system
from crm_core.payments.rules import Method
from crm_core.repair_orders.hand_over import giving_back
from crm_core.repair_orders.models import RepairEvent
from crm_core.vehicles.models import ServiceVisit
from foundation import clock
from tests import factories as make
from tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
async def _counter_time(database: None) -> None:
    wire()
    await clock.set_to(make.slot(12, 50))


async def _paid(*, is_delivered: bool = True, **coupon: object) -> tuple[Checkout, Bill]:
    """The worked example, paid at the desk: 1,636.00 without coupons."""
    counter = await make_checkout()
    if coupon:
        await counter.give(**coupon)
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CARD)
    if is_delivered:
        await _deliver(counter)
    return counter, await Bill.get(id=bill.id)


async def _deliver(counter: Checkout) -> None:
    await counter.offer()
    await giving_back.confirm(counter.owner, counter.order.id)


async def _give_back(counter: Checkout, bill: Bill, lines: dict[int, int]) -> None:
    await clock.advance(timedelta(minutes=2))
    await counter.decide(await refunding.request(counter.cashier, bill.id, lines, "退"))


async def _sums(counter: Checkout) -> tuple[int, int, int, int]:
    """What order, visit, customer in all, and customer in 24 months say was paid."""
    visit = await ServiceVisit.get(repair_order_id=counter.order.id)
    customer = await Customer.get(id=visit.customer_id)
    return (await counter.now()).paid_fen, visit.paid_fen, customer.spend_fen, customer.spend_24_months_fen


async def test_a_refund_lowers_what_order_visit_and_customer_paid():
    counter, bill = await _paid()
    assert await _sums(counter) == (1636_00,) * 4
    await _give_back(counter, bill, {1: 40_00})
    assert await _sums(counter) == (1596_00,) * 4
    told = await RepairEvent.filter(repair_order_id=counter.order.id).order_by("-number").first()
    assert told is not None
    assert (told.kind, told.owner_text, told.amount_fen) == ("refunded", "已退您 40.00 元", 40_00)
    rest = {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill.id)}
    rest[1] -= 40_00
    await _give_back(counter, bill, rest)
    assert await _sums(counter) == (0,) * 4
    assert (await Bill.get(id=bill.id)).state is BillState.REFUNDED


async def test_what_went_back_before_the_car_was_handed_over_never_counts():
    counter, bill = await _paid(is_delivered=False)
    await _give_back(counter, bill, {1: 100_00})
    await _deliver(counter)
    assert await _sums(counter) == (1536_00,) * 4


async def test_a_refund_and_the_hand_over_at_once_come_to_the_same_sums():
    for _ in range(3):
        counter, bill = await _paid(is_delivered=False)
        await counter.offer()
        refund = await refunding.request(counter.cashier, bill.id, {1: 100_00}, "退")
        await asyncio.gather(counter.decide(refund), giving_back.confirm(counter.owner, counter.order.id))
        assert await _sums(counter) == (1536_00,) * 4


async def test_undoing_a_merge_divides_only_what_is_left():
    counter, bill = await _paid()
    other = await make.make_customer(counter.store, phone="13700000001")
    care = system("test")
    await merge(care, kept_id=other.id, merged_id=counter.customer.id, reason="同一人")
    await _give_back(counter, bill, {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill.id)})
    assert (await Customer.get(id=other.id)).spend_fen == 0
    joined = await CustomerMerge.get(merged_id=counter.customer.id)
    await undo_merge(care, joined.id, reason="不是同一人")
    for customer_id in (other.id, counter.customer.id):
        apart = await Customer.get(id=customer_id)
        assert (apart.spend_fen, apart.spend_24_months_fen) == (0, 0)


async def test_a_discount_on_refunded_work_cost_nothing():
    counter, bill = await _paid(kind=CouponKind.LABOUR, name="工时8折", pay_percent=80, restores_on_refund=False)
    pads = await BillLine.get(bill_id=bill.id, name="前刹车片", kind="LABOUR")
    await _give_back(counter, bill, {pads.line_no: pads.payable_fen})
    used = await Redemption.get()
    assert (used.discount_fen, used.cancelled_fen) == (48_00 + 57_60, 57_60)
    rest = {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill.id)}
    del rest[pads.line_no]
    await _give_back(counter, bill, rest)
    used = await Redemption.get()
    assert (used.cancelled_fen, used.undone_at) == (used.discount_fen, None)
