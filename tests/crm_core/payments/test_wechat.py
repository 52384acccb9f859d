"""Paying by phone against the platform's stand-in over HTTP: only its signed answer moves money, and only once."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from crm_core.billing import paying, queries, refunding
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.rules import BillState
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponKind, CouponState
from crm_core.messaging.models import Message
from crm_core.payments import paying as payments
from crm_core.payments import queries as money
from crm_core.payments import refunds
from crm_core.payments.errors import PaymentInProgress, PaymentUnderReview
from crm_core.payments.jobs import ask_about_open
from crm_core.payments.models import LedgerEntry, Payment, PaymentNotice, Refund
from crm_core.payments.platform import notify_url
from crm_core.payments.rules import Method, PaymentState, RefundState
from crm_core.repair_orders.rules import HeaderState
from foundation import clock, database, jobs
from foundation.errors import OutcomeUnknown
from simulator.pay import transactions
from simulator.pay.notifications import keys_of, notify
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town

JSAPI = "pay/v3/pay/transactions/jsapi"


@dataclass
class Till:
    """An owner with their phone before a bill of 1,430.40."""

    town: Town
    counter: Checkout
    bill: Bill

    async def pay(self) -> str:
        """They tap 微信支付 and enter their password; returns our number of the payment."""
        prepaid = await paying.pay(self.counter.owner, self.bill.id)
        assert prepaid is not None
        sheet = await self.town.hand("POST", "people/zhang/payments", prepaid.parameters)
        assert sheet["amount_fen"] == prepaid.amount_fen
        number = str(sheet["out_trade_no"])
        await self.town.hand("POST", f"people/zhang/payments/{number}/confirm")
        return number

    async def opened(self) -> Any:
        """The platform's record of the order they opened and did not pay."""
        prepaid = await paying.pay(self.counter.owner, self.bill.id)
        assert prepaid is not None
        payment = await Payment.get(id=prepaid.payment_id)
        return self.town.simulation.world.orders.get(payment.out_trade_no)

    def tell(self, order: Any, **changes: Any) -> None:
        """The platform sends a notice about an order, perhaps with other words."""
        plain = transactions.shown(self.town.simulation, order) | changes
        notify(self.town.simulation, order.body["notify_url"], "TRANSACTION.SUCCESS", "transaction", plain)

    def move(self, order: Any) -> None:
        """Money moves at the platform, and no notice tells us."""
        transactions.pay(self.town.simulation, order)

    async def state(self) -> BillState:
        """The bill's."""
        return (await Bill.get(id=self.bill.id)).state

    async def knock(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """A POST to our notify address by anybody."""
        async with httpx.AsyncClient() as http:
            return await http.post(notify_url(), content=body, headers=headers)


@pytest.fixture
async def till(town: Town) -> Till:
    await clock.set_to(make.slot(12, 50))
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    await counter.give(kind=CouponKind.LABOUR, name="工时8折", pay_percent=80, cap_fen=200_00)
    await counter.give()
    await jobs.drain()
    return Till(town, counter, await counter.sent())


async def test_a_paid_sheet_pays_the_bill_redeems_the_coupons_and_gives_one_receipt(till: Till):
    number = await till.pay()
    assert await till.state() is BillState.CONFIRMED  # The pay sheet's "ok" proves nothing.
    await till.town.settle()
    assert await till.state() is BillState.PAID
    assert (await till.counter.now()).state is HeaderState.PAID
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.REDEEMED}
    [entry] = await LedgerEntry.all()
    assert entry.amount_fen == 1430_40
    payment = await Payment.get(out_trade_no=number)
    assert (payment.state, payment.received_fen) == (PaymentState.SUCCESS, 1430_40)
    assert await Message.filter(template="payment_receipt").count() == 1
    [notice] = await PaymentNotice.all()
    assert (notice.outcome, notice.number) == ("succeed", number)


async def test_many_taps_open_one_order(till: Till):
    taps = await asyncio.gather(*(paying.pay(till.counter.owner, till.bill.id) for _ in range(10)))
    assert len({tap.payment_id for tap in taps if tap}) == 1
    assert await Payment.all().count() == 1
    assert len(list(till.town.simulation.world.orders)) == 1


async def test_the_same_notice_in_parallel_and_others_of_the_same_money_book_it_once(till: Till):
    number = await till.pay()
    order = till.town.simulation.world.orders.get(number)
    for _ in range(4):
        till.tell(order)
    await till.town.simulation.courier.settle()
    kept = list(till.town.simulation.world.notifications)
    same = kept[0]
    signed = keys_of(till.town.simulation).headers(same.body, till.town.simulation.clock.seconds(), form="public_key")
    answers = await asyncio.gather(*(till.knock(same.body.encode(), signed) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204}
    await asyncio.gather(*(queries.payment_standing(till.counter.owner, till.bill.id) for _ in range(5)))
    await till.town.settle()
    assert await till.state() is BillState.PAID
    assert await LedgerEntry.all().count() == 1
    assert await Message.filter(template="payment_receipt").count() == 1
    assert await PaymentNotice.all().count() == 5


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": {"total": 1430_39, "payer_total": 1430_39, "currency": "CNY"}}, "AMOUNT_MISMATCH"),
        ({"amount": {"total": 1430_40, "payer_total": 1430_40, "currency": "USD"}}, "AMOUNT_MISMATCH"),
        ({"appid": "wx0000000000000000"}, "APP_MISMATCH"),
    ],
)
async def test_money_that_does_not_fit_is_kept_and_flagged_and_pays_nothing(till: Till, changes, problem):
    order = await till.opened()
    till.move(order)
    till.tell(order, **changes)
    await till.town.settle()
    payment = await Payment.first()
    assert (payment.problem, payment.state) == (problem, PaymentState.PAYING)
    assert payment.received_fen == changes.get("amount", {"total": 1430_40})["total"]
    assert await till.state() is BillState.CONFIRMED
    assert {coupon.state for coupon in await Coupon.all()} == {CouponState.LOCKED}
    with pytest.raises(PaymentUnderReview):
        await paying.pay(till.counter.owner, till.bill.id)
    standing = await queries.payment_standing(till.counter.owner, till.bill.id)
    assert standing.is_under_review
    till.tell(order)  # The right words for money that was booked already change nothing.
    await till.town.settle()
    assert await LedgerEntry.all().count() == 1
    assert await till.state() is BillState.CONFIRMED


async def test_flagged_money_goes_back_by_two_people_and_frees_the_way(till: Till):
    order = await till.opened()
    till.move(order)
    till.tell(order, amount={"total": 1430_39, "payer_total": 1430_39, "currency": "CNY"})
    await till.town.settle()
    order.body["amount"]["total"] = 1430_39  # What the payer really paid there.
    [flagged] = await money.flagged(till.counter.cashier, till.counter.store.id)
    refund = await refunding.request_return(till.counter.cashier, flagged.id, "金额不符")
    await till.counter.decide(refund)
    await till.town.settle()
    await till.town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": "SUCCESS"})
    await till.town.settle()
    assert (await Payment.get(id=flagged.id)).state is PaymentState.CLOSED
    assert await till.state() is BillState.CONFIRMED
    await till.pay()
    await till.town.settle()
    assert await till.state() is BillState.PAID


async def test_what_the_platform_did_not_sign_just_now_is_refused_and_leaves_nothing(till: Till):
    order = await till.opened()
    till.move(order)
    till.tell(order)
    row = list(till.town.simulation.world.notifications)[-1]
    body, keys = row.body.encode(), keys_of(till.town.simulation)
    now = till.town.simulation.clock.seconds()
    good = keys.headers(row.body, now, form="public_key")
    attempts = [
        (body, {}),
        (body, keys.headers(row.body, now, form="public_key", signtest=True)),
        (body, keys.headers(row.body, now - 301, form="public_key")),
        (body, good | {"Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000"}),
        (body, good | {"Wechatpay-Serial": "../../etc"}),
        (body.replace(b"TRANSACTION", b"TRANSACTI0N"), good),
        (body[:-20], good),
        (b"", {}),
        (b"\x00" * 1000, good),
    ]
    for content, headers in attempts:
        answer = await till.knock(content, headers)
        assert answer.status_code in (400, 401), (answer.status_code, headers)
        assert answer.json()["code"] == "FAIL"
    assert await PaymentNotice.filter(outcome="").count() <= 1  # The platform's own, true one.
    strange = orjson.dumps({"id": "1", "resource": {}}).decode()
    assert (await till.knock(strange.encode(), keys.headers(strange, now, form="public_key"))).status_code == 400


async def test_a_lost_notice_is_made_up_by_asking(till: Till):
    order = await till.opened()
    till.move(order)
    await ask_about_open()
    assert await till.state() is BillState.CONFIRMED  # Not yet: the notice usually comes within a minute.
    await clock.advance(timedelta(seconds=61))
    await ask_about_open()
    assert await till.state() is BillState.PAID


async def test_an_owner_who_looks_makes_us_ask(till: Till):
    order = await till.opened()
    till.move(order)
    standing = await queries.payment_standing(till.counter.owner, till.bill.id)
    assert (standing.bill_state, standing.payment_state) == ("PAID", "SUCCESS")


async def test_nobody_pays_and_the_order_is_closed_on_both_sides(till: Till):
    order = await till.opened()
    await clock.advance(timedelta(minutes=119))
    await ask_about_open()
    assert (await Payment.first()).state is PaymentState.PAYING
    await clock.advance(timedelta(minutes=12))
    await ask_about_open()
    assert (await Payment.first()).state is PaymentState.CLOSED
    assert order.state == "CLOSED"
    again = await paying.pay(till.counter.owner, till.bill.id)
    assert again is not None
    assert await Payment.all().count() == 2


async def test_money_after_closing_is_booked_and_goes_back_by_itself(till: Till):
    order = await till.opened()
    await Payment.all().update(state=PaymentState.CLOSED, closed_at=clock.now())
    till.move(order)
    till.tell(order)
    await till.town.settle()
    payment = await Payment.first()
    assert (payment.state, payment.problem) == (PaymentState.SUCCESS, "PAID_AFTER_CLOSE")
    assert await till.state() is BillState.CONFIRMED
    number = (await Refund.get()).out_refund_no
    await till.town.hand("POST", f"refunds/{number}/settle", {"outcome": "SUCCESS"})
    await till.town.settle()
    assert (await Refund.first()).state is RefundState.SUCCESS
    assert sorted(entry.amount_fen for entry in await LedgerEntry.all()) == [-1430_40, 1430_40]
    assert await till.pay()  # And they can pay properly.
    await till.town.settle()
    assert await till.state() is BillState.PAID


async def test_an_automatic_refund_whose_job_came_to_nothing_is_asked_about_and_carried_out(till: Till):
    payment = await Payment.create(
        out_trade_no="P1", about="bill:1", customer_id=1, store_id=till.bill.store_id, method="WECHAT_JSAPI",
        state=PaymentState.SUCCESS, amount_fen=100, received_fen=100, problem="PAID_AFTER_CLOSE",
        created_at=clock.now(), expires_at=clock.now(), succeeded_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        refund = await refunds.give_back(payment, "账单已关闭")
    await database.execute("DELETE FROM jobs.pgqueuer")
    await ask_about_open()
    assert (await Refund.get(id=refund.id)).asked == 0, "not before its minute"
    await clock.advance(timedelta(minutes=1))
    await ask_about_open()
    assert (await Refund.get(id=refund.id)).asked == 1


async def test_desk_and_phone_never_take_the_money_twice(till: Till):
    await till.opened()
    counter = till.counter
    with pytest.raises(PaymentInProgress):
        await paying.receive_offline(counter.cashier, till.bill.id, 430_40, Method.CASH)
    await payments.cancel(counter.cashier, (await Payment.first()).id)
    await paying.receive_offline(counter.cashier, till.bill.id, 430_40, Method.CASH)
    assert await till.state() is BillState.PARTLY_PAID
    await till.pay()
    await till.town.settle()
    assert await till.state() is BillState.PAID
    assert sorted(entry.amount_fen for entry in await LedgerEntry.all()) == [430_40, 1000_00]


async def test_money_for_a_bill_paid_meanwhile_goes_back(till: Till):
    order = await till.opened()
    # The order was closed here but not at the platform, as after a crash between the two.
    await Payment.all().update(state=PaymentState.CLOSED, closed_at=clock.now())
    await paying.receive_offline(till.counter.cashier, till.bill.id, 1430_40, Method.CARD)
    await Payment.filter(method=Method.WECHAT_JSAPI).update(state=PaymentState.PAYING, closed_at=None)
    till.move(order)
    till.tell(order)
    await till.town.settle()
    payment = await Payment.get(method=Method.WECHAT_JSAPI)
    assert payment.problem == "NOT_PAYABLE"
    assert (await Refund.get(payment_id=payment.id)).amount_fen == 1430_40
    assert await till.state() is BillState.PAID
    assert await Message.filter(template="payment_receipt").count() == 1


async def test_an_answer_that_got_lost_is_asked_for_again_under_the_same_number(till: Till):
    till.town.fail(JSAPI, lose_answer=True)
    with pytest.raises(OutcomeUnknown):
        await paying.pay(till.counter.owner, till.bill.id)
    assert (await Payment.first()).state is PaymentState.CREATED
    await till.pay()
    await till.town.settle()
    assert await till.state() is BillState.PAID
    assert len(list(till.town.simulation.world.orders)) == 1


async def test_a_refund_is_accepted_then_done_and_never_asked_twice(till: Till):
    await till.pay()
    await till.town.settle()
    parts = await BillLine.get(bill_id=till.bill.id, name="前刹车片", kind="PARTS")
    refund = await refunding.request(till.counter.cashier, till.bill.id, {parts.line_no: 635_57}, "配件退货")
    await till.counter.decide(refund)
    till.town.fail("pay/v3/refund/domestic/refunds", lose_answer=True)
    with pytest.raises(OutcomeUnknown):
        await refunds.carry_out(refund.id)
    await refunds.carry_out(refund.id)
    await till.town.settle()
    assert (await Refund.get(id=refund.id)).state is RefundState.PROCESSING
    assert await till.state() is BillState.PAID
    assert len(list(till.town.simulation.world.refunds)) == 1
    await till.town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": "SUCCESS"})
    await till.town.settle()
    assert (await Refund.get(id=refund.id)).state is RefundState.SUCCESS
    assert await till.state() is BillState.PARTLY_REFUNDED
    assert sorted(entry.amount_fen for entry in await LedgerEntry.all()) == [-635_57, 1430_40]


async def test_a_refund_the_bank_sends_back_waits_for_a_person(till: Till):
    await till.pay()
    await till.town.settle()
    refund = await refunding.request(till.counter.cashier, till.bill.id, {1: 100_00}, "试")
    await till.counter.decide(refund)
    await jobs.drain()
    await till.town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": "ABNORMAL"})
    await till.town.settle()
    after = await Refund.get(id=refund.id)
    assert (after.state, after.problem) == (RefundState.ABNORMAL, "ABNORMAL")
    assert await till.state() is BillState.PAID
