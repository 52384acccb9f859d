"""Reads a refund of a bill for its approvers."""

from datetime import datetime

from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments.errors import RefundNotFound
from crm_core.payments.rules import Method, RefundState
from foundation.reading import Query, derive, read_model


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
    """A refund, the payment it goes back from and the bill."""

    id: int
    bill_id: int
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
           r.store_id, p.method, p.problem AS payment_problem, p.received_fen, b.id AS bill_id, b.about, b.number,
           b.paid_fen, b.refunded_fen
    FROM refund r JOIN payment p ON p.id = r.payment_id JOIN bill b ON b.id = split_part(r.about, ':', 2)::bigint
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
