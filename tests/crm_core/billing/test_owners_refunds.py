"""An owner asks for money back through the same approval as everybody, once at a time, and may take it back."""

import asyncio

import pytest

from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.billing import paying, refundable_queries, refunding
from crm_core.billing.errors import BillNotPayable, RefundRefused
from crm_core.billing.models import Bill
from crm_core.billing.rules import BETWEEN_REFUNDS, Payer
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.models import Message
from crm_core.payments import refunds
from crm_core.payments.errors import RefundNotFound
from crm_core.payments.models import Refund
from crm_core.payments.rules import Method, RefundState
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.errors import IllegalMove, NotFound
from tests import factories as make
from tests.checkout import Checkout, make_checkout

JOBS = (("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),)


async def _paid() -> tuple[Checkout, Bill]:
    checkout = await make_checkout(JOBS)
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, 300_00, Method.CASH)
    return checkout, bill


async def test_the_store_decides_about_it_and_the_owner_reads_the_answer(database: None):
    checkout, bill = await _paid()
    refund = await refunding.request(checkout.owner, bill.id, {2: 60_00}, "机油没换")
    asked = await Approval.get(about=f"refund:{refund.id}")
    assert (asked.requester_id, asked.note) == (checkout.advisor.id, "车主申请：机油没换")
    assert set(asked.hands) == {checkout.advisor.id, checkout.cashier.id}
    page = await refundable_queries.for_owner(checkout.owner, bill.id)
    assert page.refusal
    assert page.refunds[0].is_asked_by_them
    await checkout.decide(refund, agree=False, note="换过，有照片")
    told = await Message.get(template="request_answered", customer_id=checkout.customer.id)
    assert told.variant == "refund_refused"
    again = await refundable_queries.for_owner(checkout.owner, bill.id)
    assert (again.refusal, again.most_fen, again.refunds[0].state) == (None, 300_00, RefundState.CLOSED)


async def test_taps_at_once_ask_once(database: None):
    checkout, bill = await _paid()
    asking = [refunding.request(checkout.owner, bill.id, {1: 100_00}, "多收") for _ in range(3)]
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(result, Refund) for result in results) == 1
    assert sum(isinstance(result, RefundRefused) for result in results) == 2


async def test_no_more_than_was_paid_and_nothing_of_what_is_not_paid(database: None):
    checkout, bill = await _paid()
    with pytest.raises(RefundRefused):
        await refunding.request(checkout.owner, bill.id, {1: 240_01}, "多收")
    unpaid = await make_checkout(JOBS)
    with pytest.raises(BillNotPayable):
        await refunding.request(unpaid.owner, (await unpaid.sent()).id, {1: 1_00}, "多收")


async def test_it_is_taken_back_until_somebody_has_decided(database: None):
    checkout, bill = await _paid()
    refund = await refunding.request(checkout.owner, bill.id, {1: 100_00}, "多收")
    assert (await refunds.take_back(checkout.owner, refund.id)).state is RefundState.CLOSED
    assert (await Approval.get(about=f"refund:{refund.id}")).state is ApprovalState.INVALIDATED
    assert not await Message.exists(template="request_answered")
    await clock.advance(BETWEEN_REFUNDS)
    second = await refunding.request(checkout.owner, bill.id, {2: 60_00}, "没换")
    await checkout.decide(second, is_paid_out=False)
    with pytest.raises(IllegalMove):
        await refunds.take_back(checkout.owner, second.id)


async def test_nobody_else_asks_or_takes_it_back(database: None):
    checkout, bill = await _paid()
    stranger = make.acting_owner(await make.make_customer(phone="13900000098"))
    with pytest.raises(NotFound):
        await refunding.request(stranger, bill.id, {1: 1_00}, "x")
    with pytest.raises(NotFound):
        await refundable_queries.for_owner(stranger, bill.id)
    refund = await refunding.request(checkout.owner, bill.id, {1: 100_00}, "多收")
    for actor in (stranger, checkout.advisor):
        with pytest.raises(RefundNotFound):
            await refunds.take_back(actor, refund.id)


async def test_an_advisor_of_the_store_stands_for_a_maker_who_left(database: None):
    checkout, bill = await _paid()
    other = await make.make_staff(Role.SA, checkout.store, name="新顾问")
    await Staff.filter(id=checkout.advisor.id).update(is_active=False)
    refund = await refunding.request(checkout.owner, bill.id, {1: 100_00}, "多收")
    assert (await Approval.get(about=f"refund:{refund.id}")).requester_id == other.id
