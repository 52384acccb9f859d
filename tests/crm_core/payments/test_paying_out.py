"""What did not come by WeChat is refunded when somebody at the desk has given it back, and not when it is approved."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from crm_core.approvals.models import Approval
from crm_core.billing import paying, refund_queries, refunding
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.payments import paying_out
from crm_core.payments.errors import NotToPayOut, PaidOutByApprover, PayOutReferenceMissing
from crm_core.payments.models import LedgerEntry, Refund
from crm_core.payments.rules import Method, RefundState
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def approved() -> tuple[Checkout, Refund]:
    """100 yuan of a bill paid in cash, whose refund is approved."""
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    refund = await refunding.request(counter.cashier, bill.id, {1: 100_00}, "多收了")
    await counter.decide(refund, is_paid_out=False)
    return counter, await Refund.get(id=refund.id)


async def test_what_is_approved_is_owed_until_it_is_paid_out(approved: tuple[Checkout, Refund]):
    counter, refund = approved
    assert (refund.state, refund.next_question_at) == (RefundState.APPROVED, None)
    bill = await Bill.get(id=int(refund.about.removeprefix("bill:")))
    assert (bill.state, bill.refunded_fen) == (BillState.PAID, 0)
    [row] = await refund_queries.of_store(counter.cashier, counter.store.id)
    assert (row.is_to_pay_out, row.may_pay_out) == (True, True)
    await clock.advance(timedelta(days=1))
    await paying_out.pay_out(counter.cashier, refund.id, Method.TRANSFER, " 20261124-01 ")
    done = await Refund.get(id=refund.id)
    assert (done.state, done.paid_out_by_id, done.paid_out_reference) == (
        RefundState.SUCCESS,
        counter.cashier.id,
        "20261124-01",
    )
    entry = await LedgerEntry.get(refund_id=refund.id)
    assert (entry.amount_fen, entry.method) == (-100_00, Method.TRANSFER)
    assert clock.local(entry.at).date() == clock.today()  # The day it was paid out, not the day it was approved.
    assert (await Bill.get(id=bill.id)).state is BillState.PARTLY_REFUNDED
    assert await AuditEntry.filter(action="refunds.pay_out").count() == 1
    [row] = await refund_queries.of_store(counter.cashier, counter.store.id)
    assert (row.is_to_pay_out, row.paid_out_method) == (False, Method.TRANSFER)


async def test_two_cashiers_pay_it_out_once(approved: tuple[Checkout, Refund]):
    counter, refund = approved
    other = await make.acting(Role.CSH, counter.store)
    answers = await asyncio.gather(
        *(paying_out.pay_out(who, refund.id, Method.CASH) for who in (counter.cashier, other)), return_exceptions=True
    )
    assert sum(isinstance(each, NotToPayOut) for each in answers) == 1
    assert await LedgerEntry.filter(refund_id=refund.id).count() == 1


async def test_who_approved_it_does_not_pay_it_out(approved: tuple[Checkout, Refund]):
    counter, refund = approved
    cashier = counter.cashier.id
    await Refund.filter(id=refund.id).update(approved_by_id=cashier, hands=[])
    with pytest.raises(PaidOutByApprover):
        await paying_out.pay_out(await staff_actor(cashier), refund.id, Method.CASH)
    with pytest.raises(IntegrityError):
        await Refund.filter(id=refund.id).update(
            state=RefundState.SUCCESS, paid_out_by_id=cashier, paid_out_method=Method.CASH
        )


async def test_a_card_needs_its_number_and_another_store_or_role_pays_nothing(approved: tuple[Checkout, Refund]):
    counter, refund = approved
    with pytest.raises(PayOutReferenceMissing):
        await paying_out.pay_out(counter.cashier, refund.id, Method.CARD)
    for stranger in (counter.advisor, await make.acting(Role.CSH, await make.make_store())):
        with pytest.raises(NotAllowed):
            await paying_out.pay_out(stranger, refund.id, Method.CASH)
    with pytest.raises(NotToPayOut):
        await paying_out.pay_out(counter.cashier, refund.id, Method.WECHAT_JSAPI, "1")


async def test_what_is_not_approved_is_not_paid_out(approved: tuple[Checkout, Refund]):
    counter, refund = approved
    again = await refunding_again(counter, refund)
    with pytest.raises(NotToPayOut):
        await paying_out.pay_out(counter.cashier, again.id, Method.CASH)
    assert await Approval.filter(about=f"refund:{again.id}").exists()


async def refunding_again(counter: Checkout, refund: Refund) -> Refund:
    await clock.advance(timedelta(minutes=2))
    return await refunding.request(counter.cashier, int(refund.about.removeprefix("bill:")), {1: 1_00}, "又多收了")
