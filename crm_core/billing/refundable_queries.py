"""Reads what may still be refunded of a bill, for whoever asks for it, and what became of refunds, for the owner."""

from datetime import datetime
from typing import Final

from crm_core.billing.errors import BillNotFound
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.payments.rules import BY_HAND, Method, PaymentState, Redirect, RefundState
from foundation.reading import Query, derive, literals, read_model
from foundation.refs import Ref

REFUNDED_FROM: Final = (BillState.PAID, BillState.PARTLY_REFUNDED, BillState.REFUNDED)


@read_model
class LineToRefund:
    """A line; `left_fen` is what was paid for it and for which no refund was asked yet."""

    line_no: int
    name: str
    kind: LineKind
    paid_fen: int
    left_fen: int


@read_model
class PaymentToRefund:
    """A payment that counts, and what is left of it."""

    id: int
    method: Method
    received_fen: int
    left_fen: int
    succeeded_at: datetime


@read_model
class _Bill:
    """The bill whose refund is asked for."""

    bill_id: int
    number: str
    store_id: int
    paid_fen: int
    refunded_fen: int


@read_model
class RefundableBill(_Bill):
    """What may be asked back: by line, and at most what is left of one payment."""

    lines: list[LineToRefund]
    payments: list[PaymentToRefund]


@read_model
class RefundOfBill:
    """A refund as the owner sees it. `is_at_desk`: they get it at the desk, and not by WeChat. `is_asked_by_them` while
    they may still take it back.
    """

    id: int
    amount_fen: int
    reason: str
    state: RefundState
    is_at_desk: bool
    is_asked_by_them: bool
    requested_at: datetime
    ended_at: datetime | None


_BILL = Query(_Bill, "SELECT id AS bill_id, number, store_id, paid_fen, refunded_fen FROM bill WHERE id = $1")
_LINES = Query(
    LineToRefund,
    f"""
    SELECT n.line_no, n.name, n.kind, n.amount_fen - n.discount_fen AS paid_fen,
           (n.amount_fen - n.discount_fen - coalesce((
               SELECT sum(l.amount_fen) FROM bill_refund_line l JOIN refund r ON r.id = l.refund_id
               WHERE l.bill_id = n.bill_id AND l.line_no = n.line_no
                 AND r.state <> {literals(RefundState.CLOSED)}), 0))::bigint AS left_fen
    FROM bill_line n WHERE n.bill_id = $1 ORDER BY n.line_no
    """,
)
_PAYMENTS = Query(
    PaymentToRefund,
    f"""
    SELECT p.id, p.method, p.received_fen, p.succeeded_at,
           (p.received_fen - coalesce((SELECT sum(r.amount_fen) FROM refund r
               WHERE r.payment_id = p.id AND r.state <> {literals(RefundState.CLOSED)}), 0))::bigint AS left_fen
    FROM payment p
    WHERE p.about = $1 AND p.problem = '' AND p.state = {literals(PaymentState.SUCCESS)} ORDER BY p.id
    """,
)
_OF_BILL = Query(
    RefundOfBill,
    f"""
    SELECT r.id, r.amount_fen, CASE WHEN r.requested_by LIKE 'owner:%' THEN r.reason ELSE '' END AS reason, r.state,
           r.requested_at, r.ended_at, r.requested_by LIKE 'owner:%' AND r.state = {literals(RefundState.REQUESTED)}
             AS is_asked_by_them,
           (p.method IN ({literals(*BY_HAND)})
            OR r.redirected_to IS NOT DISTINCT FROM {literals(Redirect.MERCHANT_BANK_CARD)}) AS is_at_desk
    FROM refund r JOIN payment p ON p.id = r.payment_id
    WHERE r.about = $1 AND p.problem = '' ORDER BY r.id
    """,
)


async def of_bill(actor: Actor, bill_id: int) -> RefundableBill:
    """What may still be asked back of a bill.

    Raises:
        BillNotFound, NotAllowed.
    """
    bill = await _BILL.first(bill_id)
    authorise(actor, "refunds.request", subject(store_id=bill.store_id if bill else None))
    if bill is None:
        raise BillNotFound
    return derive(
        RefundableBill, bill, lines=await _LINES.all(bill_id), payments=await _PAYMENTS.all(Ref("bill", bill_id))
    )


@read_model
class _OwnersBill:
    """The bill of which an owner asks something back."""

    customer_id: int
    state: BillState
    payer: Payer


@read_model
class OwnersRefundable:
    """申请退款: what an owner may ask back by line and at once, and what was asked; `refusal` says why nothing."""

    bill_id: int
    lines: list[LineToRefund]
    most_fen: int
    refusal: str | None
    refunds: list[RefundOfBill]


_OWNERS = Query(_OwnersBill, "SELECT customer_id, state, payer FROM bill WHERE id = $1")


async def for_owner(actor: Actor, bill_id: int) -> OwnersRefundable:
    """What an owner may ask back of their bill.

    Raises:
        BillNotFound: there is none, or it is not theirs.
    """
    bill = await _OWNERS.first(bill_id)
    if bill is None or bill.payer is not Payer.CP:
        raise BillNotFound
    authorise(actor, "refunds.request", owners_own(bill.customer_id))
    payments = await _PAYMENTS.all(Ref("bill", bill_id))
    asked = await told_to_owner(bill_id)
    most_fen = max((payment.left_fen for payment in payments), default=0)
    refusal = None
    if bill.state not in REFUNDED_FROM:
        refusal = "账单付清以后才能申请退款。"
    elif any(refund.state is RefundState.REQUESTED for refund in asked):
        refusal = "有退款在审批，有了结果才能再申请。"
    elif not most_fen:
        refusal = "这张账单没有还能退的钱。"
    return OwnersRefundable(bill_id, await _LINES.all(bill_id), most_fen, refusal, asked)


async def told_to_owner(bill_id: int) -> list[RefundOfBill]:
    """The refunds of a bill that the caller may read."""
    return await _OF_BILL.all(Ref("bill", bill_id))
