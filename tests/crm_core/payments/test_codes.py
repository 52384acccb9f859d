"""付款码 against the platform's stand-in: no notice comes, so the outcome is asked for, and every race ends once."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from crm_core.billing import paying
from crm_core.billing.errors import BillNotPayable
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState
from crm_core.payments import codes, outside, queries, refunds
from crm_core.payments.errors import CodePaymentInProgress, NotAPaymentCode, PaymentNotFound
from crm_core.payments.jobs import follow_codes
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.queries import CodePaymentRow
from crm_core.payments.rules import Method, PaymentState
from foundation import clock, database, jobs
from foundation.errors import NotAllowed
from integrations.wechat_pay import Transaction
from simulator.pay import transactions
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town

CODEPAY = "pay/v3/pay/transactions/codepay"


@dataclass
class Desk:
    """A bill of 1,636.00 at the desk, above what needs no password, and the owner with their phone."""

    town: Town
    counter: Checkout
    bill: Bill

    async def code(self) -> str:
        """What the owner's phone shows."""
        return str((await self.town.hand("POST", "people/zhang/payment-code"))["code"])

    async def scan(self, fen: int | None = None) -> CodePaymentRow:
        """The cashier scans it, for a part or for all that is due."""
        cashier = self.counter.cashier
        return await self.look(await paying.receive_by_code(cashier, self.bill.id, await self.code(), fen))

    async def look(self, payment_id: int) -> CodePaymentRow:
        """What the cashier's page shows."""
        return await queries.code_payment(self.counter.cashier, payment_id)

    async def answer(self, act: str) -> None:
        """The owner answers the question for their password: `confirm`, `wrong-password` or `cancel`."""
        number = (await Payment.filter(method=Method.WECHAT_CODE).order_by("-id").first()).out_trade_no
        await self.town.hand("POST", f"people/zhang/payments/{number}/{act}")

    async def later(self, seconds: int) -> None:
        """Time passes, and the timetable looks."""
        await clock.advance(timedelta(seconds=seconds))
        await follow_codes()

    async def state(self) -> BillState:
        """The bill's."""
        return (await Bill.get(id=self.bill.id)).state

    def at_platform(self, payment: Payment) -> Any:
        """The platform's record."""
        return self.town.simulation.world.orders.get(payment.out_trade_no)


async def at_the_desk(town: Town) -> Desk:
    """The bill was sent."""
    await clock.set_to(make.slot(12, 50))
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    await jobs.drain()
    return Desk(town, counter, await counter.sent())


@pytest.fixture
async def desk(town: Town) -> Desk:
    return await at_the_desk(town)


async def test_a_small_sum_is_paid_at_once_and_no_code_is_kept(desk: Desk):
    desk.town.simulation.faults.password_above_fen = 10_000_00
    code = await desk.code()
    payment_id = await paying.receive_by_code(desk.counter.cashier, desk.bill.id, f" {code[:9]} {code[9:]}\n")
    assert await desk.state() is BillState.PAID
    payment = await Payment.get(id=payment_id)
    assert (payment.state, payment.received_fen) == (PaymentState.SUCCESS, desk.bill.total_fen)
    assert code not in str(await database.fetch("SELECT row_to_json(p)::text FROM payment p"))


async def test_a_password_is_waited_for_and_a_wrong_one_keeps_waiting(desk: Desk):
    seen = await desk.scan()
    assert (seen.state, seen.is_reversing) == (PaymentState.PAYING, False)
    await desk.answer("wrong-password")
    await desk.later(5)
    assert (await desk.look(seen.id)).state is PaymentState.PAYING
    await desk.answer("confirm")
    await desk.later(5)
    assert (await desk.look(seen.id)).state is PaymentState.SUCCESS
    assert await desk.state() is BillState.PAID


async def test_a_closed_dialog_fails_and_the_next_scan_has_a_number_of_its_own(desk: Desk):
    first = await desk.scan()
    await desk.answer("cancel")
    await desk.later(5)
    failed = await desk.look(first.id)
    assert failed.state is PaymentState.FAILED
    assert "没有扣款" in failed.why
    second = await desk.scan()
    assert second.id != first.id
    assert len({payment.out_trade_no for payment in await Payment.all()}) == 2


async def test_nobody_pays_for_forty_five_seconds_and_the_order_is_reversed(desk: Desk):
    seen = await desk.scan()
    await desk.later(20)
    assert (await desk.look(seen.id)).state is PaymentState.PAYING
    await desk.later(30)
    over = await desk.look(seen.id)
    assert (over.state, over.is_reversing) == (PaymentState.CLOSED, True)
    assert desk.at_platform(await Payment.get(id=seen.id)).state == "REVOKED"
    assert await desk.state() is BillState.CONFIRMED


async def test_a_refused_reversal_is_repeated(desk: Desk):
    seen = await desk.scan()
    number = (await Payment.get(id=seen.id)).out_trade_no
    path = f"pay/v3/pay/transactions/out-trade-no/{number}/reverse"
    desk.town.fail(path, errcode=-2, errmsg="USERPAYING", times=2)
    await desk.later(46)
    await desk.later(5)
    assert (await desk.look(seen.id)).state is PaymentState.PAYING
    await desk.later(5)
    assert (await desk.look(seen.id)).state is PaymentState.CLOSED
    assert desk.town.calls(path.removeprefix("pay/")) == 3


async def test_money_that_comes_while_it_is_reversed_goes_back_and_is_never_booked(desk: Desk):
    seen = await desk.scan()
    await codes.cancel(desk.counter.cashier, seen.id)
    assert (await desk.look(seen.id)).is_reversing  # WeChat Pay reverses nothing within fifteen seconds.
    await desk.answer("confirm")
    await desk.later(5)
    assert await desk.state() is BillState.CONFIRMED
    await desk.later(15)
    assert (await desk.look(seen.id)).state is PaymentState.CLOSED
    assert desk.at_platform(await Payment.get(id=seen.id)).refunded_fen == desk.bill.total_fen
    assert await LedgerEntry.all().count() == 0


async def test_cancelling_does_not_undo_what_was_paid(desk: Desk):
    seen = await desk.scan()
    await desk.answer("confirm")
    await codes.cancel(desk.counter.cashier, seen.id)
    assert (await desk.look(seen.id)).state is PaymentState.SUCCESS
    assert await desk.state() is BillState.PAID


@pytest.mark.parametrize("fault", [{"lose_answer": True}, {"errcode": -1}])
async def test_an_answer_that_is_lost_is_asked_for(desk: Desk, fault: dict[str, Any]):
    """After a lost answer the money is there; after 500 nothing is. The row decides neither before it has asked."""
    desk.town.simulation.faults.password_above_fen = 10_000_00
    desk.town.fail(CODEPAY, **fault)
    seen = await desk.scan()
    assert seen.state is PaymentState.PAYING
    await desk.later(5)
    expected = PaymentState.SUCCESS if "lose_answer" in fault else PaymentState.PAYING
    assert (await desk.look(seen.id)).state is expected
    await desk.later(45)
    assert (await desk.look(seen.id)).state is not PaymentState.PAYING


async def test_a_payment_outlives_the_process_that_began_it(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    async def killed(*_: Any) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(codes, "take", killed)
    with pytest.raises(asyncio.CancelledError):
        await desk.scan()
    await desk.later(46)
    assert (await Payment.get()).state is PaymentState.CLOSED  # It never reached the platform.


async def test_a_used_code_fails_and_what_is_no_code_takes_nothing(desk: Desk):
    code = await desk.code()
    desk.town.simulation.world.mini_codes.get(code).used = True
    payment_id = await paying.receive_by_code(desk.counter.cashier, desk.bill.id, code)
    assert (await desk.look(payment_id)).state is PaymentState.FAILED
    for wrong in ("16" + "0" * 16, "1" * 17, "WDZ123", ""):
        with pytest.raises(NotAPaymentCode):
            await paying.receive_by_code(desk.counter.cashier, desk.bill.id, wrong)
    assert await Payment.all().count() == 1


async def test_two_scans_at_once_open_one_order(desk: Desk):
    answers = await asyncio.gather(*(desk.scan() for _ in range(4)), return_exceptions=True)
    refused = [each for each in answers if isinstance(each, CodePaymentInProgress)]
    assert len(refused) == 3
    assert await Payment.all().count() == 1


async def test_the_phone_does_not_pay_while_a_code_is_under_way(desk: Desk):
    await desk.scan()
    with pytest.raises(CodePaymentInProgress):
        await paying.pay(desk.counter.owner, desk.bill.id)
    with pytest.raises(CodePaymentInProgress):
        await paying.receive_offline(desk.counter.cashier, desk.bill.id, desk.bill.total_fen, Method.CASH)


async def test_an_order_on_the_phone_is_closed_and_its_late_money_goes_back(desk: Desk):
    prepaid = await paying.pay(desk.counter.owner, desk.bill.id)
    assert prepaid is not None
    by_phone = await Payment.get(id=prepaid.payment_id)
    seen = await desk.scan()
    assert (await Payment.get(id=by_phone.id)).state is PaymentState.CLOSED
    order = desk.at_platform(by_phone)
    order.state = "NOTPAY"  # They paid before the closing took effect; its notice is late.
    transactions.pay(desk.town.simulation, order)
    await desk.answer("confirm")
    plain = transactions.shown(desk.town.simulation, order)
    late, _ = await asyncio.gather(outside.take_transaction(Transaction.of(plain)), desk.later(5))
    assert late == "give_back"
    await jobs.drain()
    assert await desk.state() is BillState.PAID
    assert (await desk.look(seen.id)).state is PaymentState.SUCCESS
    [back] = await Refund.all()
    assert (back.payment_id, back.amount_fen) == (by_phone.id, desk.bill.total_fen)
    assert await refunds.refunded_by_payment(f"bill:{desk.bill.id}") in ({}, {by_phone.id: desk.bill.total_fen})


async def test_an_order_that_the_phone_has_paid_counts_and_nothing_is_taken(desk: Desk):
    prepaid = await paying.pay(desk.counter.owner, desk.bill.id)
    assert prepaid is not None
    order = desk.at_platform(await Payment.get(id=prepaid.payment_id))
    transactions.pay(desk.town.simulation, order)
    with pytest.raises(BillNotPayable):
        await desk.scan()
    assert await desk.state() is BillState.PAID
    assert await Payment.filter(method=Method.WECHAT_CODE).count() == 0


async def test_another_store_sees_and_cancels_nothing(desk: Desk):
    seen = await desk.scan()
    stranger = (await make_checkout()).cashier
    with pytest.raises(NotAllowed):
        await queries.code_payment(stranger, seen.id)
    with pytest.raises(NotAllowed):
        await codes.cancel(stranger, seen.id)
    with pytest.raises((PaymentNotFound, NotAllowed)):
        await codes.cancel(desk.counter.cashier, 0)
