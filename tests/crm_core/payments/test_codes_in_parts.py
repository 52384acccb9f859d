"""A bill paid in parts and in several ways: cash, codes of two phones, and the owner's own phone for the rest."""

import asyncio

import pytest

from crm_core.billing import paying, refundable_queries, refunding
from crm_core.billing.errors import AmountNotDue, BillNotPayable
from crm_core.billing.rules import BillState
from crm_core.payments import paying as payments
from crm_core.payments import queries, shift_queries, shifts
from crm_core.payments.errors import CodePaymentInProgress, PaymentInProgress
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.rules import Method, PaymentState
from foundation.errors import Refused
from tests.crm_core.payments.test_codes import Desk, at_the_desk
from tests.fixtures.platforms import Town


@pytest.fixture
async def desk(town: Town) -> Desk:
    """Each code is asked for its password."""
    town.simulation.faults.password_above_fen = 0
    return await at_the_desk(town)


async def _booked() -> int:
    return sum(entry.amount_fen for entry in await LedgerEntry.all())


async def test_cash_and_two_codes_pay_one_bill_and_each_is_known_afterwards(desk: Desk):
    cashier, bill = desk.counter.cashier, desk.bill
    shift = await shifts.open_shift(cashier, bill.store_id, 0)
    await paying.receive_offline(cashier, bill.id, 100_00, Method.CASH)
    first = await desk.scan(536_00)
    assert (first.amount_fen, await desk.state()) == (536_00, BillState.PARTLY_PAID)
    await desk.answer("confirm")
    await desk.later(5)
    assert await desk.state() is BillState.PARTLY_PAID
    with pytest.raises(AmountNotDue, match=r"1,000\.00"):
        await desk.scan(1000_01)
    await desk.scan(1000_00)
    await desk.answer("confirm")
    await desk.later(5)
    assert await desk.state() is BillState.PAID
    about = f"bill:{bill.id}"
    came = [(part.method, part.amount_fen) for part in await queries.received_of(about)]
    assert came == [(Method.CASH, 100_00), (Method.WECHAT_CODE, 536_00), (Method.WECHAT_CODE, 1000_00)]
    assert await shift_queries.moved(shift.id) == {Method.CASH: 100_00, Method.WECHAT_CODE: 1536_00}
    left = {one.id: one.left_fen for one in (await refundable_queries.of_bill(cashier, bill.id)).payments}
    by_code = await Payment.get(about=about, amount_fen=536_00)
    assert left[by_code.id] == 536_00
    await refunding.request(cashier, bill.id, {1: 50_00}, "多收了", payment_id=by_code.id)
    assert (await Refund.get()).payment_id == by_code.id


async def test_codes_at_once_never_take_more_than_is_due(desk: Desk):
    answers = await asyncio.gather(*(desk.scan(1000_00) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, CodePaymentInProgress) for each in answers) == 3
    await desk.answer("confirm")
    await desk.later(5)
    with pytest.raises(AmountNotDue):
        await desk.scan(1000_00)
    assert (await _booked(), await desk.state()) == (1000_00, BillState.PARTLY_PAID)


async def test_a_code_and_cash_at_once_never_take_more_than_is_due(desk: Desk):
    cash = paying.receive_offline(desk.counter.cashier, desk.bill.id, 1000_00, Method.CASH)
    answers = await asyncio.gather(desk.scan(1000_00), cash, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, BaseException)]
    assert len(refused) == 1
    assert isinstance(refused[0], Refused)
    for payment in await Payment.filter(state=PaymentState.PAYING):
        assert payment.method is Method.WECHAT_CODE
        await desk.answer("confirm")
        await desk.later(5)
    assert (await _booked(), await desk.state()) == (1000_00, BillState.PARTLY_PAID)


async def test_a_part_that_is_reversed_leaves_all_of_it_due(desk: Desk):
    await paying.receive_offline(desk.counter.cashier, desk.bill.id, 100_00, Method.CASH)
    await desk.scan(536_00)
    await desk.later(46)
    assert await desk.state() is BillState.PARTLY_PAID
    await paying.receive_offline(desk.counter.cashier, desk.bill.id, 1536_00, Method.CARD)
    assert await desk.state() is BillState.PAID
    with pytest.raises(BillNotPayable):
        await desk.scan(1)


async def test_the_phone_pays_what_is_still_open(desk: Desk):
    whole = await paying.pay(desk.counter.owner, desk.bill.id)
    assert whole is not None
    assert whole.amount_fen == 1636_00
    with pytest.raises(PaymentInProgress):
        await paying.receive_offline(desk.counter.cashier, desk.bill.id, 600_00, Method.CASH)
    await payments.cancel(desk.counter.cashier, whole.payment_id)
    await paying.receive_offline(desk.counter.cashier, desk.bill.id, 600_00, Method.CASH)
    rest = await paying.pay(desk.counter.owner, desk.bill.id)
    assert rest is not None
    assert rest.amount_fen == 1036_00
