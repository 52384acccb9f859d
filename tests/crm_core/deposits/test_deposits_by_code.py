"""付款码 pays ahead: the deposit grows when WeChat Pay says that the money came, once, and not when it was reversed."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from crm_core.dealerships.models import AuditEntry
from crm_core.deposits import queries, service
from crm_core.deposits.errors import NotTheirOrder
from crm_core.deposits.models import Deposit, DepositMovement
from crm_core.deposits.rules import DepositMove
from crm_core.payments import codes, outside, shift_queries, shifts
from crm_core.payments.errors import CodePaymentInProgress, NotAPaymentCode, RefundNotPossible
from crm_core.payments.events import RefundSucceeded
from crm_core.payments.jobs import follow_codes
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.rules import Method, PaymentState
from foundation import clock, jobs
from foundation.refs import Ref
from integrations.wechat_pay import Transaction
from simulator.pay import transactions
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town


@dataclass
class Till:
    """A cashier who takes 500.00 ahead for the order, and the phone of whoever pays."""

    town: Town
    counter: Checkout

    async def scan(self) -> Payment:
        """The code is scanned; the phone asks for the password."""
        code = str((await self.town.hand("POST", "people/zhang/payment-code"))["code"])
        return await Payment.get(id=await self.take(code))

    async def take(self, code: str) -> int:
        counter = self.counter
        about = Ref("repair_order", counter.order.id)
        return await service.pay_in_by_code(
            counter.cashier, counter.store.id, counter.customer.id, 500_00, code, about=about
        )

    async def answer(self, act: str) -> None:
        """`confirm` or `cancel` on the phone, and the timetable looks."""
        number = (await Payment.all().order_by("-id").first()).out_trade_no
        await self.town.hand("POST", f"people/zhang/payments/{number}/{act}")
        await self.later(5)

    async def later(self, seconds: int) -> None:
        await clock.advance(timedelta(seconds=seconds))
        await follow_codes()

    async def balance(self) -> int:
        deposit = await Deposit.get()
        assert deposit.balance_fen == sum(each.amount_fen for each in await DepositMovement.all())
        return int(deposit.balance_fen)


@pytest.fixture
async def till(town: Town) -> Till:
    await clock.set_to(make.slot(12, 50))
    town.simulation.faults.password_above_fen = 0
    return Till(town, await make_checkout(store=town.store))


async def test_it_is_credited_when_the_money_came_and_once(till: Till):
    shift = await shifts.open_shift(till.counter.cashier, till.counter.store.id, 0)
    payment = await till.scan()
    assert (payment.state, await till.balance()) == (PaymentState.PAYING, 0)
    await till.answer("confirm")
    order = till.town.simulation.world.orders.get(payment.out_trade_no)
    assert order is not None
    told = Transaction.of(transactions.shown(till.town.simulation, order))
    await asyncio.gather(*(outside.take_transaction(told) for _ in range(3)), codes.follow(payment.id))
    assert await till.balance() == 500_00
    [movement] = (await queries.page(till.counter.cashier, (await Deposit.get()).id)).movements
    assert (movement.kind, movement.method, movement.left_fen) == (DepositMove.PAID_IN, Method.WECHAT_CODE, 500_00)
    assert movement.about_number == till.counter.order.number
    assert await shift_queries.moved(shift.id) == {Method.WECHAT_CODE: 500_00}
    assert await AuditEntry.filter(action="deposits.take", actor=str(till.counter.cashier)).count() == 1


async def test_what_nobody_pays_is_reversed_and_credits_nothing(till: Till):
    first = await till.scan()
    await till.later(46)
    assert (await Payment.get(id=first.id)).state is PaymentState.CLOSED
    await till.scan()
    await till.answer("cancel")
    assert (await till.balance(), await LedgerEntry.all().count()) == (0, 0)


async def test_two_scans_at_once_open_one_order(till: Till):
    answers = await asyncio.gather(*(till.scan() for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(each, CodePaymentInProgress) for each in answers) == 2
    with pytest.raises(NotAPaymentCode):
        await till.take("1" * 17)
    till.counter.order.id += 1000
    with pytest.raises(NotTheirOrder):
        await till.scan()
    assert await Payment.all().count() == 1


async def test_it_goes_back_by_the_platform_after_two_people_agreed(till: Till):
    payment = await till.scan()
    await till.answer("confirm")
    refund = await service.ask_back(till.counter.cashier, payment.id, 200_00, "不修了")
    assert await till.balance() == 300_00
    await till.counter.decide(refund, is_paid_out=False)
    await jobs.drain()
    order = till.town.simulation.world.orders.get(payment.out_trade_no)
    assert (order.refunded_fen, await till.balance()) == (200_00, 300_00)


async def test_after_a_year_the_platform_gives_nothing_back_and_the_deposit_stays(till: Till):
    payment = await till.scan()
    await till.answer("confirm")
    await clock.advance(timedelta(days=366))
    with pytest.raises(RefundNotPossible, match="超过一年"):
        await service.ask_back(till.counter.cashier, payment.id, 200_00, "不修了")
    assert await till.balance() == 500_00


async def test_what_was_given_back_in_the_merchant_console_is_gone_from_it(till: Till):
    payment = await till.scan()
    await till.answer("confirm")
    refund = await Refund.create(
        payment_id=payment.id, out_refund_no="R1", about=payment.about, customer_id=payment.customer_id,
        store_id=payment.store_id, amount_fen=100_00, reason="", state="SUCCESS", requested_by="system",
        requested_at=clock.now(), ended_at=clock.now(),
    )  # fmt: skip
    gone = RefundSucceeded(
        actor="system", customer_id=payment.customer_id, store_id=payment.store_id, payment_id=payment.id,
        refund_id=refund.id, about=payment.about, amount_fen=100_00,
    )  # fmt: skip
    await service.on_refund_succeeded(gone)
    await service.on_refund_succeeded(gone)
    assert await till.balance() == 400_00
