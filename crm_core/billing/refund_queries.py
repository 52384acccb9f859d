"""Reads a refund of a bill for its approvers."""

from datetime import datetime
from typing import Final

from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.payments.errors import RefundNotFound
from crm_core.payments.rules import BY_HAND, Method, Redirect, RefundState
from foundation.reading import Query, derive, literals, read_model


@read_model
class RefundLine:
    """How much of what was paid for a line is to be refunded, in fen."""

    line_no: int
    name: str
    kind: LineKind
    amount_fen: int
    paid_fen: int


@read_model
class _Refund:
    """A refund, the payment it goes back from and the bill; `bill_id` is NULL for money paid ahead."""

    id: int
    bill_id: int | None
    about: str
    number: str
    amount_fen: int
    reason: str
    state: RefundState
    method: Method
    payment_problem: str
    received_fen: int
    paid_fen: int
    refunded_fen: int
    requested_at: datetime
    approved_at: datetime | None
    ended_at: datetime | None
    problem: str


@read_model
class _RefundOfStore(_Refund):
    """A refund with its store, which decides who may see it."""

    store_id: int


@read_model
class RefundPage(_Refund):
    """What approvers decide on, in fen. Without lines, a payment that did not fit the bill is refunded as a whole."""

    lines: list[RefundLine]


_REFUND = Query(
    _RefundOfStore,
    """
    SELECT r.id, r.amount_fen, r.reason, r.state, r.requested_at, r.approved_at, r.ended_at, r.problem,
           r.store_id, p.method, p.problem AS payment_problem, p.received_fen, b.id AS bill_id,
           coalesce(b.about, r.about) AS about, coalesce(b.number, '') AS number,
           coalesce(b.paid_fen, p.received_fen) AS paid_fen, coalesce(b.refunded_fen, 0) AS refunded_fen
    FROM refund r JOIN payment p ON p.id = r.payment_id
         LEFT JOIN bill b ON b.id = split_part(r.about, ':', 2)::bigint AND split_part(r.about, ':', 1) = 'bill'
    WHERE r.id = $1
    """,
)
_REFUND_LINES = Query(
    RefundLine,
    """
    SELECT l.line_no, n.name, n.kind, l.amount_fen, n.amount_fen - n.discount_fen AS paid_fen
    FROM bill_refund_line l JOIN bill_line n ON n.bill_id = l.bill_id AND n.line_no = l.line_no
    WHERE l.refund_id = $1 ORDER BY l.line_no
    """,
)


@read_model
class _DeskRefund:
    """A refund of a store; `bill_id` is NULL for money paid ahead. `paid_out_by` gave the money back at the desk."""

    id: int
    bill_id: int | None
    about: str
    number: str
    customer_id: int
    customer_name: str
    plate: str | None
    amount_fen: int
    reason: str
    state: RefundState
    method: Method
    problem: str
    requested_at: datetime
    approved_at: datetime | None
    approved_by_id: int | None
    approved_by: str | None
    ended_at: datetime | None
    paid_out_by: str | None
    paid_out_method: Method | None
    paid_out_reference: str
    redirected_to: Redirect | None


@read_model
class DeskRefundRow(_DeskRefund):
    """With whether the desk owes it now, and what the reader may do about it."""

    is_to_pay_out: bool
    may_pay_out: bool
    may_redirect: bool


_TO_US: Final = Redirect.MERCHANT_BANK_CARD
_OF_STORE = Query(
    _DeskRefund,
    f"""
    SELECT r.id, b.id AS bill_id, coalesce(b.about, r.about) AS about, coalesce(b.number, '') AS number,
           r.customer_id, c.name AS customer_name, v.plate, r.amount_fen,
           r.reason, r.state, p.method, r.problem, r.requested_at, r.approved_at, r.approved_by_id,
           a.name AS approved_by, r.ended_at, o.name AS paid_out_by, r.paid_out_method, r.paid_out_reference,
           r.redirected_to
    FROM refund r JOIN payment p ON p.id = r.payment_id
         LEFT JOIN bill b ON b.id = split_part(r.about, ':', 2)::bigint AND split_part(r.about, ':', 1) = 'bill'
         JOIN customer c ON c.id = r.customer_id LEFT JOIN vehicle v ON v.id = b.vehicle_id
         LEFT JOIN staff a ON a.id = r.approved_by_id LEFT JOIN staff o ON o.id = r.paid_out_by_id
    WHERE r.store_id = $1
    ORDER BY r.state IN ({literals(RefundState.SUCCESS, RefundState.CLOSED)}), r.id DESC LIMIT 500
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[DeskRefundRow]:
    """A store's refunds, those that are not over first."""
    authorise(actor, "bills.read", subject(store_id=store_id))
    may = is_allowed(actor, "refunds.pay_out", subject(store_id=store_id))
    may_redirect = is_allowed(actor, "refunds.redirect", subject(store_id=store_id))
    rows = []
    for row in await _OF_STORE.all(store_id):
        is_owed = row.state is RefundState.APPROVED and (row.method in BY_HAND or row.redirected_to is _TO_US)
        rows.append(
            derive(
                DeskRefundRow,
                row,
                is_to_pay_out=is_owed,
                may_pay_out=is_owed and may and row.approved_by_id != actor.id,
                may_redirect=row.state is RefundState.ABNORMAL and may_redirect,
            )
        )
    return rows


async def page(actor: Actor, refund_id: int) -> RefundPage:
    """A refund as approvers see it: from which bill, of which lines and of what was paid for them. Sums in fen.

    Raises:
        RefundNotFound: no such refund.
    """
    refund = await _REFUND.first(refund_id)
    if refund is None:
        raise RefundNotFound
    authorise(actor, "bills.read", subject(store_id=refund.store_id))
    return derive(RefundPage, refund, lines=await _REFUND_LINES.all(refund_id))
