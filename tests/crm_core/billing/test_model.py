"""Bills and payments against a model: any order of steps, and after each one the books say what the model says.

The model knows only sums and states. Whatever it forbids must be refused, and the refusal changes nothing.
"""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.billing import making, paying, refunding, rules
from crm_core.billing.models import Bill, BillLine, BillRefundLine
from crm_core.billing.rules import BillState, Payer
from crm_core.payments.models import LedgerEntry, Payment, Refund
from crm_core.payments.rules import Method, PaymentState, RefundState
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.errors import IllegalMove, NotFound, Refused
from foundation.refs import Ref
from tests.checkout import Checkout, make_checkout

JOBS: Final = (
    ("小保养", 240_00, 60_00, Payer.CP, LineState.QC_OK),
    ("组合开关", 90_00, 0, Payer.W, LineState.QC_OK),
)
TOTAL_FEN: Final = 300_00
EXAMPLES: Final = 6
_STEPS: Final = ("send", "recall", "confirm", "receive", "refund")
STEPS: Final = st.lists(
    st.tuples(st.sampled_from(_STEPS), st.sampled_from((1, 100_00, 150_00, TOTAL_FEN, TOTAL_FEN + 1))),
    min_size=4,
    max_size=8,
)


@dataclass
class Model:
    """What a bill of one owner is, in sums and a state."""

    state: BillState = BillState.DRAFT
    paid_fen: int = 0
    refunded_fen: int = 0
    done: list[str] = field(default_factory=list)

    def allows(self, step: str, fen: int) -> bool:
        """Whether the step may be done."""
        if step == "receive":
            is_payable = self.state in (BillState.SENT, BillState.CONFIRMED, BillState.PARTLY_PAID)
            return is_payable and 0 < fen <= TOTAL_FEN - self.paid_fen
        if step == "refund":
            return self.state in (BillState.PAID, BillState.PARTLY_REFUNDED) and fen <= TOTAL_FEN - self.refunded_fen
        return step in rules.BILL_MOVES.get(self.state, {})

    def does(self, step: str, fen: int) -> None:
        """Do it."""
        self.done.append(step)
        if step == "receive":
            self.paid_fen += fen
            self.state = BillState.PAID if self.paid_fen == TOTAL_FEN else BillState.PARTLY_PAID
        elif step == "refund":
            self.refunded_fen += fen
            self.state = rules.state_after_refunds(TOTAL_FEN, self.refunded_fen)
        else:
            self.state = rules.BILL_MOVES[self.state][step]


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_whatever_is_done_in_whatever_order_the_books_agree_with_the_model(
    database: None, steps: list[tuple[str, int]]
):
    checkout = await make_checkout(JOBS)
    bill = await making.make(checkout.advisor, Ref("repair_order", checkout.order.id))
    model = Model()
    for step, fen in steps:
        is_allowed = model.allows(step, fen)
        before = await _books(bill.id)
        refusal = await _refusal_of(_do(checkout, bill.id, step, fen))
        assert is_allowed == (refusal is None), (model, step, fen, refusal)
        if refusal is None:
            model.does(step, fen)
        else:
            assert await _books(bill.id) == before, "a refusal changes nothing"
        if isinstance(refusal, IllegalMove):
            assert set(refusal.details["allowed"]) == set(rules.BILL_MOVES.get(model.state, {}))
        await _agrees(bill.id, model)


async def _refusal_of(doing: Awaitable[None]) -> Refused | NotFound | IllegalMove | None:
    try:
        await doing
    except (Refused, NotFound, IllegalMove) as refusal:
        return refusal
    return None


async def _do(checkout: Checkout, bill_id: int, step: str, fen: int) -> None:
    if step == "send":
        await making.send(checkout.advisor, bill_id)
    elif step == "recall":
        await making.recall(checkout.advisor, bill_id)
    elif step == "confirm":
        await paying.confirm(checkout.owner, bill_id)
    elif step == "receive":
        await paying.receive_offline(checkout.cashier, bill_id, fen, Method.CASH)
    else:
        await _refund(checkout, bill_id, fen)


async def _refund(checkout: Checkout, bill_id: int, fen: int) -> None:
    """From the lines as they come; each payment has its limit, so the sum may take several refunds."""
    bill = await Bill.get(id=bill_id)
    if bill.state not in paying.PAID or fen > bill.paid_fen - bill.refunded_fen:
        await refunding.request(checkout.advisor, bill_id, {1: fen}, "退款")
        raise AssertionError("what was not paid was refunded")
    while fen:
        await clock.advance(rules.BETWEEN_REFUNDS)
        left = {
            paid.id: (paid.received_fen or 0) - sum(back.amount_fen for back in await Refund.filter(payment_id=paid.id))
            for paid in await Payment.filter(about=f"bill:{bill_id}")
        }
        payment_id = max(left, key=lambda number: left[number])
        lines = {line.line_no: line.payable_fen for line in await BillLine.filter(bill_id=bill_id)}
        for back in await BillRefundLine.filter(bill_id=bill_id):
            lines[back.line_no] -= back.amount_fen
        line_no = max(lines, key=lambda number: lines[number]) if lines else 1
        part = min(fen, left.get(payment_id, 0), lines.get(line_no, 0)) or fen
        asked = await refunding.request(checkout.advisor, bill_id, {line_no: part}, "退款", payment_id=payment_id)
        await checkout.decide(asked)
        fen -= part


async def _books(bill_id: int) -> tuple[object, ...]:
    bill = await Bill.get(id=bill_id)
    entries = await LedgerEntry.filter(about=f"bill:{bill_id}").order_by("id")
    return bill.state, bill.version, bill.paid_fen, bill.refunded_fen, [entry.amount_fen for entry in entries]


async def _agrees(bill_id: int, model: Model) -> None:
    bill = await Bill.get(id=bill_id)
    assert (bill.state, bill.paid_fen, bill.refunded_fen) == (model.state, model.paid_fen, model.refunded_fen)
    lines = await BillLine.filter(bill_id=bill_id)
    assert bill.total_fen == sum(line.payable_fen for line in lines) == TOTAL_FEN
    entries = await LedgerEntry.filter(about=f"bill:{bill_id}")
    assert sum(entry.amount_fen for entry in entries) == bill.paid_fen - bill.refunded_fen
    paid = await Payment.filter(about=f"bill:{bill_id}", state=PaymentState.SUCCESS, problem="")
    assert (sum(payment.received_fen or 0 for payment in paid) == bill.total_fen) == (bill.paid_at is not None)
    for payment in paid:
        back = await Refund.filter(payment_id=payment.id).exclude(state=RefundState.CLOSED)
        assert sum(refund.amount_fen for refund in back) <= (payment.received_fen or 0)
