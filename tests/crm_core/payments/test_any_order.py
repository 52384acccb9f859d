"""The money of one bill against a model that counts on its fingers. Whoever pays, disputes, recalls or asks money back,
in whatever order, bill and ledger say what the model says, and so does WeChat Pay's statement on the next morning.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from crm_core.bill_disputes import disputing
from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import BillDisputePolicy
from crm_core.billing import making, paying, refunding, rules
from crm_core.billing.models import Bill, BillLine
from crm_core.billing.paying import PAID, PAYABLE
from crm_core.billing.rules import BETWEEN_REFUNDS, BillState, Payer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.payments import paying as payments
from crm_core.payments import paying_out, refunds
from crm_core.payments.jobs import ask_about_open, follow_codes
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.rules import LIVE, OFFLINE, Method, PaymentState, RefundState
from crm_core.reconciliation import settling
from crm_core.reconciliation.jobs import open_days
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference
from crm_core.reconciliation.rules import DayState
from crm_core.repair_orders.rules import LineState
from foundation import clock, database, jobs
from foundation.errors import IllegalMove, NotAllowed, NotFound, Refused
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.platforms import Town
from tests.scale import TIMES

JOBS: Final = (("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),)
SUMS: Final = st.sampled_from((1, 60_00, 100_00, 240_00, 300_00))
LINES: Final = st.sampled_from((1, 2))
TO_PAY: Final = (BillState.SENT, *PAYABLE)
PASSWORD_ABOVE_FEN: Final = 100_00
ASKED, AGREED, BACK, DROPPED = RefundState.REQUESTED, RefundState.APPROVED, RefundState.SUCCESS, RefundState.CLOSED
T = TypeVar("T")


@dataclass
class Order:
    """An order at WeChat Pay that can still be paid."""

    payment_id: int
    fen: int
    method: Method
    parameters: dict[str, str]


@dataclass
class Dispute:
    """A dispute that waits for an answer."""

    id: int
    held_fen: int


@dataclass
class Wanted:
    """A refund of a line from a payment."""

    payment_id: int
    line_no: int
    fen: int
    is_owners: bool
    state: RefundState = ASKED


class Money(RuleBasedStateMachine):
    """One owner's bill of two lines, the desk, the owner's phone, and WeChat Pay."""

    loop: asyncio.AbstractEventLoop
    town: Town
    finance: Actor

    def __init__(self) -> None:
        super().__init__()
        self.state = BillState.DRAFT
        self.lines = {1: 240_00, 2: 60_00}
        self.held_fen = 0
        self.disputes = dict[int, Dispute]()
        self.payments = dict[int, tuple[int, Method]]()
        self.sent_back = set[int]()
        self.refunds = dict[int, Wanted]()
        self.order: Order | None = None
        self.do(self._begin())

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Run on the loop of the test, which waits in the meantime."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    async def _begin(self) -> None:
        zhang = self.town.simulation.world.people.get("zhang")
        self.desk = await make_checkout(JOBS, openid=zhang.openid, store=self.town.store)
        self.bill_id = (await making.make(self.desk.advisor, Ref("repair_order", self.desk.order.id))).id

    def attempt(self, work: Awaitable[T], *, is_allowed: bool) -> T | None:
        """Do it, and compare with what the model allows; None if it was refused."""

        async def done() -> T | None:
            try:
                return await work
            except (Refused, NotFound, NotAllowed, IllegalMove):
                return None

        before = self.do(self._books())
        answer = self.do(done())
        assert is_allowed == (answer is not None), (is_allowed, self.state)
        if not is_allowed:
            assert self.do(self._books()) == before, "a refusal changes nothing"
        return answer

    async def _books(self) -> tuple[object, ...]:
        bill = await Bill.get(id=self.bill_id)
        sums = (bill.total_fen, bill.paid_fen, bill.disputed_fen, bill.refunded_fen)
        entries = await LedgerEntry.filter(about=f"bill:{self.bill_id}").count()
        return bill.state, sums, entries, await Refund.filter(about=f"bill:{self.bill_id}").count()

    # -- what the model knows ------------------------------------------------------------------------------------------

    @property
    def total_fen(self) -> int:
        return sum(self.lines.values())

    @property
    def paid_fen(self) -> int:
        return sum(fen for fen, _ in self.payments.values())

    @property
    def due_fen(self) -> int:
        return self.total_fen - self.paid_fen - self.held_fen

    @property
    def refunded_fen(self) -> int:
        return sum(each.fen for each in self.refunds.values() if each.state is BACK)

    def hold(self) -> None:
        """What is disputed and waits is held, as far as it is not paid."""
        wanted = sum(dispute.held_fen for dispute in self.disputes.values())
        is_sent = self.state is not BillState.DRAFT
        self.held_fen = min(wanted, self.total_fen - self.paid_fen) if is_sent else 0

    def agreed(self) -> None:
        """Who pays a bill confirms it."""
        self.state = BillState.CONFIRMED if self.state is BillState.SENT else self.state

    def came(self, payment_id: int, fen: int, method: Method) -> None:
        """Money counts if the bill still waits for so much of it, and is sent back otherwise."""
        self.order = None
        if self.state not in PAYABLE or self.paid_fen + fen > self.total_fen:
            self.sent_back.add(payment_id)
            return
        self.payments[payment_id] = fen, method
        self.held_fen = min(self.held_fen, self.total_fen - self.paid_fen)
        self.state = BillState.PAID if self.paid_fen == self.total_fen else BillState.PARTLY_PAID

    def went(self, refund_id: int) -> None:
        """A refund is with the owner."""
        self.refunds[refund_id].state = BACK
        self.state = rules.state_after_refunds(self.paid_fen, self.refunded_fen)

    def left_fen(self, wanted: Wanted) -> int:
        """What may still be asked back of this line from this payment."""
        live = [each for each in self.refunds.values() if each.state is not DROPPED]
        of_line = self.lines[wanted.line_no] - sum(each.fen for each in live if each.line_no == wanted.line_no)
        paid_fen, _ = self.payments[wanted.payment_id]
        return min(of_line, paid_fen - sum(each.fen for each in live if each.payment_id == wanted.payment_id))

    def refund_in(self, data: st.DataObject, state: RefundState) -> int | None:
        """One of the refunds in a state; None if there is none."""
        found = [number for number, each in self.refunds.items() if each.state is state]
        return data.draw(st.sampled_from(found)) if found else None

    # -- the bill ------------------------------------------------------------------------------------------------------

    @rule()
    def send(self) -> None:
        """The advisor sends it; what waits for an answer since before it was recalled is held again."""
        if self.attempt(making.send(self.desk.advisor, self.bill_id), is_allowed=self.state is BillState.DRAFT):
            self.state = BillState.SENT
            self.hold()

    @rule()
    def recall(self) -> None:
        """The advisor takes it back."""
        if self.attempt(making.recall(self.desk.advisor, self.bill_id), is_allowed=self.state is BillState.SENT):
            self.state = BillState.DRAFT
            self.hold()

    @rule()
    def confirm(self) -> None:
        """The owner agrees."""
        if self.attempt(paying.confirm(self.desk.owner, self.bill_id), is_allowed=self.state is BillState.SENT):
            self.state = BillState.CONFIRMED

    # -- paying --------------------------------------------------------------------------------------------------------

    @rule(fen=SUMS, method=st.sampled_from((Method.CASH, Method.CARD)))
    def pay_at_the_desk(self, fen: int, method: Method) -> None:
        """A part or all, unless the owner may be paying by WeChat just now."""
        is_allowed = self.state in TO_PAY and fen <= self.due_fen and self.order is None
        paid = self.attempt(paying.receive_offline(self.desk.cashier, self.bill_id, fen, method), is_allowed=is_allowed)
        if paid is not None:
            self.agreed()
            self.came(paid.id, fen, method)

    @precondition(lambda self: self.state is not BillState.DRAFT)
    @rule()
    def open_on_the_phone(self) -> None:
        """The owner taps 微信支付 and has the sheet before them. Nothing is asked for when nothing is due."""
        is_charged = self.state in PAYABLE and self.order is not None and self.order.method is Method.WECHAT_CODE
        if is_charged and self.due_fen:
            self.attempt(paying.pay(self.desk.owner, self.bill_id), is_allowed=False)
            return
        prepaid = self.do(paying.pay(self.desk.owner, self.bill_id))
        self.agreed()
        assert (prepaid is not None) == (self.state in PAYABLE and self.due_fen > 0)
        if prepaid is not None:
            assert prepaid.amount_fen == self.due_fen
            self.order = Order(prepaid.payment_id, prepaid.amount_fen, Method.WECHAT_JSAPI, prepaid.parameters)

    @precondition(lambda self: self.order is not None and self.order.method is Method.WECHAT_JSAPI)
    @rule(is_paid=st.booleans())
    def answer_on_the_phone(self, is_paid: bool) -> None:
        """They enter their password, whatever became of the bill meanwhile; or the cashier closes the order."""
        assert self.order is not None
        order = self.order
        if is_paid:
            self.do(self._tap(order))
            self.came(order.payment_id, order.fen, order.method)
        else:
            self.do(payments.cancel(self.desk.cashier, order.payment_id))
            self.order = None

    async def _tap(self, order: Order) -> None:
        sheet = await self.town.hand("POST", "people/zhang/payments", order.parameters)
        await self.town.hand("POST", f"people/zhang/payments/{sheet['out_trade_no']}/confirm")
        await self.town.settle()

    @rule(part=st.none() | SUMS)
    def scan(self, part: int | None) -> None:
        """付款码: the cashier takes a part or all that is due; above a sum the phone asks for the password."""
        is_charged = self.order is not None and self.order.method is Method.WECHAT_CODE
        fen = self.due_fen if part is None else part
        is_allowed = self.state in TO_PAY and 0 < fen <= self.due_fen and not is_charged
        payment_id = self.attempt(self._scan(part), is_allowed=is_allowed)
        if payment_id is None:
            return
        self.agreed()
        if fen > PASSWORD_ABOVE_FEN:
            self.order = Order(payment_id, fen, Method.WECHAT_CODE, {})
        else:
            self.came(payment_id, fen, Method.WECHAT_CODE)

    async def _scan(self, part: int | None) -> int:
        code = await self.town.hand("POST", "people/zhang/payment-code")
        return await paying.receive_by_code(self.desk.cashier, self.bill_id, str(code["code"]), part)

    @precondition(lambda self: self.order is not None and self.order.method is Method.WECHAT_CODE)
    @rule(act=st.sampled_from(("confirm", "cancel", "wait")))
    def answer_the_code(self, act: str) -> None:
        """They enter their password, close the dialog, or do neither until the order is taken back."""
        assert self.order is not None
        order = self.order
        self.do(self._answer(order, act))
        if act == "confirm":
            self.came(order.payment_id, order.fen, order.method)
        else:
            self.order = None

    async def _answer(self, order: Order, act: str) -> None:
        if act != "wait":
            number = (await Payment.get(id=order.payment_id)).out_trade_no
            await self.town.hand("POST", f"people/zhang/payments/{number}/{act}")
        await clock.advance(timedelta(seconds=50 if act == "wait" else 5))
        await follow_codes()

    # -- disputes ------------------------------------------------------------------------------------------------------

    @rule(line_no=LINES, is_held=st.booleans())
    def dispute(self, line_no: int, is_held: bool) -> None:
        """The owner doubts a line, and may leave it unpaid until it is answered; a second tap is the same dispute."""
        is_allowed = self.state not in (BillState.DRAFT, BillState.REFUNDED)
        raised = self.attempt(
            disputing.raise_dispute(self.desk.owner, self.bill_id, line_no, "多收了", is_held=is_held),
            is_allowed=is_allowed,
        )
        if raised is None:
            return
        if line_no not in self.disputes:
            held_fen = self.lines[line_no] if is_held and self.state not in PAID else 0
            self.disputes[line_no] = Dispute(raised.id, held_fen)
            self.hold()
        assert raised.id == self.disputes[line_no].id

    @precondition(lambda self: self.disputes)
    @rule(data=st.data(), off_fen=st.sampled_from((0, 0, 60_00, 240_00)), is_withdrawn=st.booleans())
    def end_dispute(self, data: st.DataObject, off_fen: int, is_withdrawn: bool) -> None:
        """The owner withdraws it, or the manager says that it stays or takes something off."""
        line_no = data.draw(st.sampled_from(sorted(self.disputes)))
        if is_withdrawn:
            self.do(self._end(line_no, off_fen=None))
        else:
            most_fen = min(self.lines[line_no], self.total_fen - self.paid_fen, BillDisputePolicy().take_off_fen)
            is_allowed = not off_fen or (self.state in PAYABLE and off_fen <= most_fen)
            if self.attempt(self._end(line_no, off_fen=off_fen), is_allowed=is_allowed) is None:
                return
            self.lines[line_no] -= off_fen
            if off_fen and self.total_fen == self.paid_fen:
                self.state = BillState.PAID
        del self.disputes[line_no]
        self.hold()

    async def _end(self, line_no: int, *, off_fen: int | None) -> BillDispute:
        dispute = await BillDispute.get(id=self.disputes[line_no].id)
        if off_fen is None:
            return await disputing.withdraw(self.desk.owner, dispute.id, expected_version=dispute.version)
        return await disputing.answer(
            self.desk.manager,
            dispute.id,
            "看过了",
            is_corrected=off_fen > 0,
            taken_off_fen=off_fen,
            expected_version=dispute.version,
        )

    # -- refunds -------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.payments)
    @rule(data=st.data(), line_no=LINES, fen=SUMS, is_owners=st.booleans())
    def ask_back(self, data: st.DataObject, line_no: int, fen: int, is_owners: bool) -> None:
        """Of a bill that is paid, by line; the owner asks about one payment once at a time."""
        wanted = Wanted(data.draw(st.sampled_from(sorted(self.payments))), line_no, fen, is_owners)
        waits = any(each.state is ASKED and each.payment_id == wanted.payment_id for each in self.refunds.values())
        is_allowed = self.state in PAID and fen <= self.left_fen(wanted) and not (is_owners and waits)
        refund = self.attempt(self._ask(wanted), is_allowed=is_allowed)
        if refund is not None:
            self.refunds[refund.id] = wanted

    async def _ask(self, wanted: Wanted) -> Refund:
        await clock.advance(BETWEEN_REFUNDS)
        actor = self.desk.owner if wanted.is_owners else self.desk.advisor
        lines = {wanted.line_no: wanted.fen}
        return await refunding.request(actor, self.bill_id, lines, "退款", payment_id=wanted.payment_id)

    @precondition(lambda self: self.refunds)
    @rule(data=st.data(), is_agreed=st.booleans())
    def decide(self, data: st.DataObject, is_agreed: bool) -> None:
        """The manager agrees or does not; WeChat pays at once, and the desk later."""
        refund_id = self.refund_in(data, ASKED)
        if refund_id is None:
            return
        self.do(self._decide(refund_id, is_agreed=is_agreed))
        wanted = self.refunds[refund_id]
        wanted.state = AGREED if is_agreed else DROPPED
        if is_agreed and self.payments[wanted.payment_id][1] not in OFFLINE:
            self.went(refund_id)

    async def _decide(self, refund_id: int, *, is_agreed: bool) -> None:
        refund = await Refund.get(id=refund_id)
        await self.desk.decide(refund, agree=is_agreed, note="" if is_agreed else "不退", is_paid_out=False)
        await self.town.settle()

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def pay_out(self, data: st.DataObject) -> None:
        """The desk gives back what did not come by WeChat."""
        refund_id = self.refund_in(data, AGREED)
        if refund_id is not None:
            self.do(paying_out.pay_out(self.desk.cashier, refund_id, Method.CASH))
            self.went(refund_id)

    @precondition(lambda self: self.refunds)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """An owner does not want it any more; what others asked for is not theirs to take back."""
        refund_id = self.refund_in(data, ASKED)
        if refund_id is None:
            return
        wanted = self.refunds[refund_id]
        if self.attempt(refunds.take_back(self.desk.owner, refund_id), is_allowed=wanted.is_owners):
            wanted.state = DROPPED

    # -- the day -------------------------------------------------------------------------------------------------------

    @rule()
    def close_the_day(self) -> None:
        """The next morning: open orders have ended, the statement agrees with our books, finance closes the day."""
        self.do(self._night())
        self.order = None

    async def _night(self) -> None:
        await clock.set_to(clock.at(clock.today() + timedelta(days=1), 10, 5))
        await ask_about_open()
        await follow_codes()
        await open_days()
        await self.town.settle()
        assert not await ReconciliationDifference.exists()
        for day in await ReconciliationDay.exclude(state=DayState.CLOSED).order_by("day"):
            rows = await database.fetch(
                "SELECT coalesce(sum(amount_fen) FILTER (WHERE refund_id IS NULL), 0)::bigint AS paid, "
                "coalesce(-sum(amount_fen) FILTER (WHERE refund_id IS NOT NULL), 0)::bigint AS back FROM ledger_entry "
                "WHERE method LIKE 'WECHAT%' AND (at AT TIME ZONE 'Asia/Shanghai')::date = $1",
                day.day,
            )
            assert (rows[0]["paid"], rows[0]["back"]) == (day.paid_fen, day.refunded_fen)
            await settling.close(self.finance, day.id, expected_version=day.version)

    # -- what is true all the time -------------------------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        """The books are those of the model, and no more goes out than came in."""
        self.do(self._agrees())

    async def _agrees(self) -> None:
        bill = await Bill.get(id=self.bill_id)
        assert (bill.state, bill.total_fen, bill.paid_fen) == (self.state, self.total_fen, self.paid_fen)
        assert (bill.disputed_fen, bill.refunded_fen) == (self.held_fen, self.refunded_fen)
        assert bill.refunded_fen <= bill.paid_fen <= bill.total_fen
        lines = await BillLine.filter(bill_id=bill.id)
        assert {line.line_no: line.payable_fen for line in lines} == self.lines
        about = f"bill:{bill.id}"
        received = await Payment.filter(about=about, state=PaymentState.SUCCESS)
        assert {each.id for each in received} == self.payments.keys() | self.sent_back
        for payment in received:
            asked = await Refund.filter(payment_id=payment.id).exclude(state=DROPPED)
            back_fen = sum(each.amount_fen for each in asked)
            assert back_fen <= (payment.received_fen or 0)
            assert bool(payment.problem) == (payment.id in self.sent_back)
            assert not payment.problem or back_fen == payment.received_fen
            assert sum(each.state is ASKED and each.requested_by.startswith("owner:") for each in asked) <= 1
        states = {
            each.id: each.state
            for each in await Refund.filter(about=about).exclude(requested_by="system:money_not_due")
        }
        assert states == {number: wanted.state for number, wanted in self.refunds.items()}
        open_ids = {each.id for each in await Payment.filter(about=about, state__in=LIVE)}
        assert open_ids == ({self.order.payment_id} if self.order else set())
        entries = await LedgerEntry.filter(about=about)
        assert sum(entry.amount_fen for entry in entries) == bill.paid_fen - bill.refunded_fen


async def test_whatever_is_done_in_whatever_order_the_money_adds_up(town: Town):
    await clock.set_to(make.slot(12, 50))
    town.simulation.faults.password_above_fen = PASSWORD_ABOVE_FEN
    Money.loop, Money.town = asyncio.get_running_loop(), town
    Money.finance = await make.acting(Role.FIN, town.store, name="钱静", userid="qianjing")
    await town.hand("POST", "import", {"staff": [{"userid": "qianjing", "name": "钱静"}], "people": []})
    await jobs.drain()
    few = settings(
        max_examples=3 * TIMES,
        stateful_step_count=12,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Money, settings=few)
