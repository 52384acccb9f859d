"""Refunds of a bill, line by line: never more than was really paid for a line, and by the way it was paid."""

import contextlib
from collections.abc import Mapping
from typing import Final

from crm_core.approvals.errors import NobodyToApprove
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.billing import ledger, notices, rules
from crm_core.billing.errors import BillNotFound, BillNotPayable, RefundRefused
from crm_core.billing.events import BillRefunded
from crm_core.billing.models import Bill, BillDiscount, BillRefundLine
from crm_core.billing.paying import PAID
from crm_core.billing.rules import BillState, PastRefund, RefundableLine, RefundablePayment
from crm_core.coupons import using
from crm_core.dealerships.actors import Actor, staff_actor, system
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.payments import refunds
from crm_core.payments.errors import RefundNotFound
from crm_core.payments.events import RefundSucceeded
from crm_core.payments.models import Payment, Refund
from crm_core.payments.rules import OFFLINE, PaymentState, RefundState
from foundation import clock, database
from foundation.errors import Unauthenticated
from foundation.events import record
from foundation.money import spread
from foundation.refs import Ref

REFUNDING = system("refund_succeeded")
ASKED_ALREADY: Final = "这笔付款有退款在审批，有了结果才能再申请。"


async def request(
    actor: Actor, bill_id: int, wanted_fen: Mapping[int, int], reason: str, *, payment_id: int | None = None
) -> Refund:
    """Request a refund of these sums per line number, from one payment (by default the one with most left). An owner
    asks about their own bill, and about a payment once at a time.

    It must be approved by somebody other than the requester, the maker of the bill and the cashier.

    Raises:
        RefundRefused: a limit forbids it; the sentence says which.
        BillNotPayable: the bill is not paid.
        NobodyToApprove: everybody who could approve it is involved in it.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "refunds.request")
        if actor.is_owner and bill.customer_id != actor.id:
            raise BillNotFound  # Who may pay it for them asks for nothing back.
        if bill.state not in PAID:
            raise BillNotPayable("还没付清的账单不能退款。", current_state=bill.state.value)
        payment = await _payment(bill, payment_id)
        if actor.is_owner and await Refund.exists(payment_id=payment.id, state=RefundState.REQUESTED):
            raise RefundRefused(ASKED_ALREADY)
        refusal = rules.refund_refusal(await _refundable(payment), await _lines(bill), wanted_fen, clock.now())
        if refusal:
            raise RefundRefused(refusal)
        lines = {line_no: amount_fen for line_no, amount_fen in sorted(wanted_fen.items()) if amount_fen}
        refund = await refunds.request(
            actor,
            payment.id,
            sum(lines.values()),
            reason,
            title=_title(bill),
            hands=[bill.made_by_id],
            shown={"bill": bill.id, "lines": {str(line_no): fen for line_no, fen in lines.items()}},
            through=await _through(bill) if actor.is_owner else None,
        )
        for line_no, amount_fen in lines.items():
            await BillRefundLine.create(bill_id=bill.id, refund_id=refund.id, line_no=line_no, amount_fen=amount_fen)
        return refund


async def request_return(actor: Actor, payment_id: int, reason: str) -> Refund:
    """Request the refund of a whole payment that did not fit its bill. The maker of the bill may not approve this
    either.

    Raises:
        RefundNotFound: there is no such payment of a bill.
        RefundNotPossible: the payment fitted the bill (then use `request`), or nothing of it is left.
        NobodyToApprove: everybody who could approve it is involved in it.
    """
    payment = await Payment.get_or_none(id=payment_id)
    bill_id = Ref.parse(payment.about).of("bill") if payment else None
    if bill_id is None:
        raise RefundNotFound
    bill = await Bill.get(id=bill_id)
    return await refunds.request_return(actor, payment_id, reason, title=_title(bill), hands=[bill.made_by_id])


async def _through(bill: Bill) -> Actor:
    """Whose request it is for the approvers when an owner asks: the maker of the bill, or an advisor if they left."""
    for staff_id in (bill.made_by_id, *await staff_with_role(Role.SA, bill.store_id)):
        with contextlib.suppress(Unauthenticated):
            return await staff_actor(staff_id)
    raise NobodyToApprove


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Runs inside the approval's transaction, after the refund has followed it: the owner who asked is answered."""
    if event.kind != ApprovalKind.REFUND:
        return
    refund = await Refund.get(id=Ref.parse(event.about).number)
    # One that ended as void was taken back by the owner, or the money went back otherwise.
    if refund.requested_by.startswith("owner:") and event.state is not ApprovalState.INVALIDATED:
        await notices.tell_of_refund(refund, is_agreed=event.is_approved, why=event.note)


def _title(bill: Bill) -> str:
    """`退款 S01-261123-0007`: without the prefix RO, so that a number with a long store code fits on the card."""
    return f"退款 {bill.number.partition('-')[2] or bill.number}"


async def on_refund_succeeded(event: RefundSucceeded) -> None:
    """Runs inside the transaction that books the refund. A coupon is restored when all its lines are refunded."""
    thing = Ref.parse(event.about)
    payment = await Payment.get(id=event.payment_id)
    if thing.kind != "bill" or payment.problem:
        return  # The refunded money was never counted as paid on the bill.
    bill = await Bill.select_for_update().get(id=thing.number)
    if bill.state not in PAID:
        await _pay_less(bill, event)
        return
    if not await BillRefundLine.exists(refund_id=event.refund_id):
        await _spread_over_lines(bill, event)
    await BillRefundLine.filter(refund_id=event.refund_id).update(is_done=True)
    bill.refunded_fen += event.amount_fen
    after = rules.state_after_refunds(bill.paid_fen, bill.refunded_fen)
    ledger.move(bill, "refund_all" if after is BillState.REFUNDED else "refund_part")
    await bill.save()
    billable, number = ledger.billed(bill)
    await billable.refunded(REFUNDING, number, event.amount_fen)
    await record(
        BillRefunded(
            **ledger.facts(event.actor, bill),
            amount_fen=event.amount_fen,
            is_all_back=after is BillState.REFUNDED,
        )
    )
    await _settle_coupons(bill)


async def _pay_less(bill: Bill, event: RefundSucceeded) -> None:
    """A refund on a bill that was not paid in full: the refunded sum is due again."""
    bill.paid_fen -= event.amount_fen
    ledger.move(bill, "pay_part" if bill.paid_fen else "take_back")
    await bill.save()
    await record(
        BillRefunded(**ledger.facts(event.actor, bill), amount_fen=event.amount_fen, is_all_back=bill.paid_fen == 0)
    )


async def _spread_over_lines(bill: Bill, event: RefundSucceeded) -> None:
    """Spread a refund made at the platform, which names no lines, over all lines by what is left of each."""
    lines = await _lines(bill)
    numbers = sorted(lines)
    left = [lines[number].paid_fen - lines[number].refunded_fen for number in numbers]
    for number, share_fen in zip(numbers, spread(event.amount_fen, left), strict=True):
        if share_fen:
            await BillRefundLine.create(
                bill_id=bill.id, refund_id=event.refund_id, line_no=number, amount_fen=share_fen
            )


async def _settle_coupons(bill: Bill) -> None:
    """Cancel the discounts on refunded lines, and restore a coupon to its owner when all its lines are refunded."""
    lines = {line.line_no: line.payable_fen for line in await ledger.lines_of(bill)}
    back: dict[int, int] = {}
    for refunded in await BillRefundLine.filter(bill_id=bill.id, is_done=True):
        back[refunded.line_no] = back.get(refunded.line_no, 0) + refunded.amount_fen
    for discount in await BillDiscount.filter(bill_id=bill.id).order_by("coupon_id"):
        undone = [int(number) for number in discount.shares_fen if _is_back(int(number), lines, back, bill)]
        await using.note_refund(
            discount.coupon_id,
            ledger.about(bill),
            cancelled_fen=sum(discount.shares_fen[str(number)] for number in undone),
        )
        # The lines of a coupon that made them free cannot be refunded themselves: they count with the whole bill.
        if len(undone) == len(discount.shares_fen):
            await using.restore(discount.coupon_id, ledger.about(bill))


def _is_back(line_no: int, lines: Mapping[int, int], back: Mapping[int, int], bill: Bill) -> bool:
    """Whether a line is refunded in full; a line that cost nothing is when the whole bill is."""
    paid_fen = lines[line_no]
    return back.get(line_no, 0) >= paid_fen if paid_fen else bill.state is BillState.REFUNDED


async def _payment(bill: Bill, payment_id: int | None) -> Payment:
    paid = await Payment.filter(about=ledger.about(bill), state=PaymentState.SUCCESS, problem="")
    named = [payment for payment in paid if payment_id in (None, payment.id)]
    if not named:
        raise RefundRefused("这张账单没有可退的付款。")
    left = {payment.id: await refunds.refundable_fen(payment) for payment in named}
    return max(named, key=lambda payment: (left[payment.id], payment.id))


async def _refundable(payment: Payment) -> RefundablePayment:
    past = await Refund.filter(payment_id=payment.id)
    assert payment.succeeded_at is not None
    return RefundablePayment(
        amount_fen=int(payment.received_fen or 0),
        paid_at=payment.succeeded_at,
        refunds=tuple(PastRefund(refund.amount_fen, refund.state, refund.requested_at) for refund in past),
        is_by_platform=payment.method not in OFFLINE,
    )


async def _lines(bill: Bill) -> dict[int, RefundableLine]:
    rows = await database.fetch(
        "SELECT l.line_no, sum(l.amount_fen)::bigint AS fen "
        "FROM bill_refund_line l JOIN refund r ON r.id = l.refund_id "
        "WHERE l.bill_id = $1 AND r.state <> $2 GROUP BY l.line_no",
        bill.id,
        RefundState.CLOSED.value,
    )
    asked = {row["line_no"]: row["fen"] for row in rows}
    return {
        line.line_no: RefundableLine(line.payable_fen, asked.get(line.line_no, 0))
        for line in await ledger.lines_of(bill)
    }
