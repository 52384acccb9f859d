"""Money that moved at the platform without us becomes a case for finance; our books follow only our own payments."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.billing import paying, refunding
from crm_core.billing.models import Bill, BillRefundLine
from crm_core.billing.rules import BillState
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import AuditEntry, Role, Staff
from crm_core.messaging.models import Message
from crm_core.payments import outside, queries, rules
from crm_core.payments.errors import MovementSettled, RefundNumberUnknown
from crm_core.payments.jobs import ask_about_open
from crm_core.payments.models import LedgerEntry, OutsideMovement, Payment, PaymentNotice, Refund
from crm_core.payments.rules import Method, RefundState
from foundation import clock, jobs
from foundation.errors import NotAllowed, StaleVersion
from integrations.wechat_pay import Refund as PlatformRefund
from simulator.pay import transactions
from simulator.pay.notifications import notify
from simulator.pay.refunds import refund_in_console, shown
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town


class Till:
    """A bill of 1,536.00 with a coupon on it, paid by phone, and the finance officer of the store."""

    def __init__(self, town: Town, counter: Checkout, bill: Bill, finance: Actor) -> None:
        self.town, self.counter, self.bill, self.finance = town, counter, bill, finance

    async def pay(self) -> str:
        prepaid = await paying.pay(self.counter.owner, self.bill.id)
        assert prepaid is not None
        number = str((await self.town.hand("POST", "people/zhang/payments", prepaid.parameters))["out_trade_no"])
        await self.town.hand("POST", f"people/zhang/payments/{number}/confirm")
        await self.town.settle()
        return number

    async def console_refund(self, number: str, **how: Any) -> None:
        await self.town.hand("POST", f"payments/{number}/console-refund", how)
        await self.town.settle()

    async def now(self) -> Bill:
        return await Bill.get(id=self.bill.id)


@pytest.fixture
async def till(town: Town) -> Till:
    await clock.set_to(make.slot(12, 50))
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    await counter.give()
    finance = await make.acting(Role.FIN, town.store, name="钱静", userid="qianjing")
    await town.hand("POST", "import", {"staff": [{"userid": "qianjing", "name": "钱静"}], "people": []})
    await jobs.drain()
    return Till(town, counter, await counter.sent(), finance)


async def _ledger() -> list[int]:
    return sorted(entry.amount_fen for entry in await LedgerEntry.all())


async def test_a_full_refund_in_the_console_is_followed_by_ledger_bill_and_order_and_finance_gets_a_card(till: Till):
    number = await till.pay()
    await till.console_refund(number)
    assert await _ledger() == [-1536_00, 1536_00]
    assert ((await till.now()).state, (await till.counter.now()).paid_fen) == (BillState.REFUNDED, 0)
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.AVAILABLE}
    refund = await Refund.get()
    assert (refund.state, refund.amount_fen, refund.requested_by) == (
        RefundState.SUCCESS,
        1536_00,
        "system:refunded_outside",
    )
    [case] = await queries.outside(till.finance)
    assert (case.kind, case.amount_fen, case.is_followed, case.found_by) == (
        "REFUND",
        1536_00,
        True,
        "notice",
    )
    [card] = till.town.inbox_of(await Staff.get(id=till.finance.id))
    assert card.body["main_title"]["title"] == "平台资金变动，请核对"
    rows = {row["keyname"]: row["value"] for row in card.body["horizontal_content_list"]}
    assert rows == {"事项": f"商户平台退了款，单号尾 {number[-6:]}", "金额": "1,536.00 元", "下一步": "核对后写明原因"}
    assert {notice.outcome for notice in await PaymentNotice.filter(event_type="REFUND.SUCCESS")} == {"followed"}


async def test_a_partial_refund_falls_on_the_lines_by_what_is_left_of_each(till: Till):
    number = await till.pay()
    await till.console_refund(number, refund_fen=100_01)
    bill = await till.now()
    assert (bill.state, bill.refunded_fen) == (BillState.PARTLY_REFUNDED, 100_01)
    shares = await BillRefundLine.filter(bill_id=bill.id)
    assert sum(line.amount_fen for line in shares) == 100_01
    assert all(line.is_done for line in shares)
    await till.console_refund(number, refund_fen=1435_99)
    assert (await till.now()).state is BillState.REFUNDED
    assert await OutsideMovement.all().count() == 2


async def test_the_same_word_many_times_at_once_books_it_once_and_tells_once(till: Till):
    number = await till.pay()
    made = refund_in_console(till.town.simulation, number, 300_00, tells=False)
    answer = PlatformRefund.of(shown(till.town.simulation, made))
    await asyncio.gather(*(outside.take_refund(answer) for _ in range(12)))
    assert await _ledger() == [-300_00, 1536_00]
    assert await OutsideMovement.all().count() == 1
    assert await Message.filter(template="money_outside").count() == 1


async def test_a_request_that_waits_for_approval_gives_way_to_money_that_is_back_already(till: Till):
    number = await till.pay()
    asked = await refunding.request(till.counter.cashier, till.bill.id, {1: 100_00}, "试")
    await till.console_refund(number)
    assert (await Refund.get(id=asked.id)).state is RefundState.CLOSED
    assert (await Approval.get(about=f"refund:{asked.id}")).state is ApprovalState.INVALIDATED
    assert await _ledger() == [-1536_00, 1536_00]


async def test_a_decision_and_a_console_refund_at_once_never_give_back_more_than_came(till: Till):
    number = await till.pay()
    asked = await refunding.request(till.counter.cashier, till.bill.id, {1: 100_00}, "试")
    made = refund_in_console(till.town.simulation, number, None, tells=False)
    answer = PlatformRefund.of(shown(till.town.simulation, made))
    await asyncio.gather(till.counter.decide(asked), outside.take_refund(answer), return_exceptions=True)
    taken = sum(refund.amount_fen for refund in await Refund.all().exclude(state=RefundState.CLOSED))
    assert taken <= 1536_00
    assert await OutsideMovement.all().count() == 1
    if not await OutsideMovement.exists(refund_id__isnull=False):
        # Ours was approved first; the platform refuses it, and the books follow what really went back.
        await Refund.filter(id=asked.id).update(state=RefundState.CLOSED)
        await ask_about_open()
    assert await _ledger() == [-1536_00, 1536_00]


async def test_what_is_back_of_a_partly_paid_bill_is_due_again(till: Till):
    await paying.receive_offline(till.counter.cashier, till.bill.id, 536_00, Method.CASH)
    cash = await Payment.get(method=Method.CASH)
    movement = await OutsideMovement.create(
        kind="REFUND", platform_number="50000", out_trade_no=cash.out_trade_no, out_refund_no="X1", status="SUCCESS",
        amount_fen=536_00, payment_id=cash.id, store_id=cash.store_id, found_by="notice", found_at=clock.now(),
    )  # fmt: skip
    assert await outside.follow(movement.id)
    bill = await till.now()
    assert (bill.state, bill.paid_fen) == (BillState.CONFIRMED, 0)
    await paying.receive_offline(till.counter.cashier, till.bill.id, 1536_00, Method.CASH)
    assert (await till.now()).state is BillState.PAID


async def test_an_order_or_a_refund_nobody_knows_is_a_case_and_touches_nothing(till: Till):
    number = await till.pay()
    order = till.town.simulation.world.orders.get(number)
    assert order is not None
    plain = transactions.shown(till.town.simulation, order) | {
        "out_trade_no": "SOMEBODYELSES01",
        "transaction_id": "4200009999",
    }
    for _ in range(2):
        notify(till.town.simulation, order.body["notify_url"], "TRANSACTION.SUCCESS", "transaction", plain)
    made = refund_in_console(till.town.simulation, number, 1_00, tells=False)
    told = shown(till.town.simulation, made) | {"out_trade_no": "SOMEBODYELSES01", "transaction_id": "4200009999"}
    told["refund_status"] = told.pop("status")
    notify(till.town.simulation, order.body["notify_url"], "REFUND.SUCCESS", "refund", told)
    await till.town.settle()
    cases = await queries.outside(till.finance)
    assert {(case.kind, case.amount_fen, case.store, case.is_followed) for case in cases} == {
        ("REFUND", 1_00, None, False),
        ("PAYMENT", 1536_00, None, False),
    }
    assert len(cases) == 2
    assert await Message.filter(template="money_outside", staff_id=till.finance.id).count() == 2
    assert await _ledger() == [1536_00]


async def test_a_refund_nobody_told_us_of_is_found_by_asking_and_followed_by_its_number(till: Till):
    number = await till.pay()
    await till.console_refund(number, tells=False)
    await ask_about_open()
    assert await OutsideMovement.all().count() == 0, "not before its day"
    await clock.advance(timedelta(days=1))
    await ask_about_open()
    await ask_about_open()
    [case] = await queries.outside(till.finance)
    assert (case.amount_fen, case.found_by, case.is_followed) == (None, "question", False)
    with pytest.raises(RefundNumberUnknown):
        await outside.look_up(till.finance, case.id, "NOSUCHNUMBER")
    made = next(iter(till.town.simulation.world.refunds))
    assert await outside.look_up(till.finance, case.id, made.out_refund_no) == "followed"
    assert await _ledger() == [-1536_00, 1536_00]
    first = await OutsideMovement.get(id=case.id)
    assert first.settled_reason == f"退款单 {made.out_refund_no} 已入账"
    await clock.advance(timedelta(days=2))
    await ask_about_open()
    assert await OutsideMovement.all().count() == 2


async def test_our_own_refund_is_no_case_when_we_look_again(till: Till):
    await till.pay()
    refund = await refunding.request(till.counter.cashier, till.bill.id, {1: 100_00}, "退")
    await till.counter.decide(refund)
    await till.counter.decide(refund, by=till.finance)
    await till.town.settle()
    await till.town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": "SUCCESS"})
    await till.town.settle()
    await clock.advance(timedelta(days=1))
    await ask_about_open()
    assert await OutsideMovement.all().count() == 0


async def test_a_payment_refunded_before_we_heard_of_it_is_booked_both_ways(till: Till):
    prepaid = await paying.pay(till.counter.owner, till.bill.id)
    assert prepaid is not None
    number = (await Payment.get(id=prepaid.payment_id)).out_trade_no
    order = till.town.simulation.world.orders.get(number)
    assert order is not None
    transactions.pay(till.town.simulation, order)
    await till.console_refund(number)
    assert await _ledger() == [-1536_00, 1536_00]
    assert (await till.now()).state is BillState.REFUNDED


async def test_only_finance_of_the_store_settles_a_case_with_a_reason_and_it_is_audited(till: Till):
    await till.console_refund(await till.pay())
    [case] = await queries.outside(till.finance)
    elsewhere = await make.acting(Role.FIN, await make.make_store(advisors=0))
    for stranger in (till.counter.cashier, till.counter.manager, elsewhere):
        with pytest.raises(NotAllowed):
            await outside.settle(stranger, case.id, "试试", expected_version=1)
    assert await queries.outside(elsewhere) == []
    with pytest.raises(NotAllowed):
        await queries.outside(till.counter.advisor)
    with pytest.raises(StaleVersion):
        await outside.settle(till.finance, case.id, "前台退的", expected_version=2)
    await outside.settle(till.finance, case.id, "前台退的", expected_version=1)
    with pytest.raises(MovementSettled):
        await outside.settle(till.finance, case.id, "再来", expected_version=2)
    [line] = await AuditEntry.filter(action="payments.settle_outside")
    assert (line.actor, line.reason) == (str(till.finance), "前台退的")
    with pytest.raises(IntegrityError):
        await OutsideMovement.filter(id=case.id).update(settled_reason="")


def test_looks_go_on_for_as_long_as_the_console_can_refund():
    paid_at = make.slot(12)
    days: list[int] = []
    at: datetime | None = paid_at
    while at is not None:
        at = rules.next_look_at(paid_at, len(days), at)
        days += [(at - paid_at).days] if at else []
    assert days == [1, 3, 7, 15, 31, 63, 127, 191, 255, 319]
