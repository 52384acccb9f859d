"""Reads payments and refunds for screens."""

from datetime import datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, may_ever, subject
from crm_core.payments import code_rules
from crm_core.payments.errors import PaymentNotFound
from crm_core.payments.rules import Method, MovementKind, PaymentState, RefundState
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, literals, read_model


@read_model
class PaymentRow:
    """One attempt to pay a thing."""

    id: int
    method: Method
    state: PaymentState
    amount_fen: int
    received_fen: int | None
    refunded_fen: int
    problem: str
    created_at: datetime
    succeeded_at: datetime | None


@read_model
class ReceivedPart:
    """Money that counts towards a thing: how and when it came."""

    id: int
    method: Method
    amount_fen: int
    at: datetime


@read_model
class RefundRow:
    """A refund; accepting the request is not success."""

    id: int
    payment_id: int
    about: str
    amount_fen: int
    reason: str
    state: RefundState
    requested_at: datetime
    approved_at: datetime | None
    ended_at: datetime | None
    problem: str


@read_model
class FlaggedPayment:
    """Money that arrived and does not fit; `problem` is AMOUNT_MISMATCH, APP_MISMATCH, PAID_AFTER_CLOSE or
    NOT_PAYABLE.
    """

    id: int
    about: str
    method: Method
    state: PaymentState
    amount_fen: int
    received_fen: int
    problem: str
    succeeded_at: datetime | None


@read_model
class _CodePayment:
    """A payment by the code the payer showed at the desk."""

    id: int
    about: str
    state: PaymentState
    amount_fen: int
    is_reversing: bool
    problem: str
    created_at: datetime
    expires_at: datetime
    succeeded_at: datetime | None


@read_model
class _CodePaymentOfStore(_CodePayment):
    """With its store, which decides who may see it, and the platform's word for why it was not paid."""

    store_id: int
    method: Method
    failed_with: str


@read_model
class CodePaymentRow(_CodePayment):
    """How far it is; `why` says why it was not paid, once that is certain."""

    why: str


_CODE_PAYMENT = Query(
    _CodePaymentOfStore,
    """
    SELECT id, about, state, amount_fen, reversing_since IS NOT NULL AS is_reversing, problem, created_at, expires_at,
           succeeded_at, store_id, method, failed_with
    FROM payment WHERE id = $1
    """,
)


async def code_payment(actor: Actor, payment_id: int) -> CodePaymentRow:
    """How far a payment by code is, for the desk that waits for it.

    Raises:
        PaymentNotFound, NotAllowed.
    """
    found = await _CODE_PAYMENT.first(payment_id)
    authorise(actor, "bills.receive_offline", subject(store_id=found.store_id if found else None))
    if found is None or found.method is not Method.WECHAT_CODE:
        raise PaymentNotFound
    is_over = found.state in {PaymentState.CLOSED, PaymentState.FAILED}
    return derive(CodePaymentRow, found, why=code_rules.why(found.failed_with) if is_over else "")


_REFUND = """
SELECT r.id, r.payment_id, r.about, r.amount_fen, r.reason, r.state, r.requested_at, r.approved_at, r.ended_at,
       r.problem
FROM refund r
"""
_ONE_REFUND = Query(RefundRow, f"{_REFUND} WHERE r.id = $1")
_REFUNDS = Query(
    RefundRow,
    f"{_REFUND} WHERE r.store_id = $1 AND ($2::text IS NULL OR r.state = $2) ORDER BY r.id DESC LIMIT 200",
)
_OF_THING = Query(
    PaymentRow,
    f"""
    SELECT p.id, p.method, p.state, p.amount_fen, p.received_fen, p.problem, p.created_at, p.succeeded_at,
           (SELECT coalesce(sum(r.amount_fen), 0)::bigint FROM refund r
            WHERE r.payment_id = p.id AND r.state IN ({literals(RefundState.SUCCESS)})) AS refunded_fen
    FROM payment p WHERE p.about = $1 ORDER BY p.id DESC
    """,
)
_RECEIVED = Query(
    ReceivedPart,
    f"""
    SELECT id, method, received_fen AS amount_fen, succeeded_at AS at FROM payment
    WHERE about = $1 AND state = {literals(PaymentState.SUCCESS)} AND problem = '' ORDER BY id
    """,
)
_FLAGGED = Query(
    FlaggedPayment,
    """
    SELECT id, about, method, state, amount_fen, received_fen, problem, succeeded_at FROM payment
    WHERE store_id = $1 AND problem <> '' ORDER BY id LIMIT 200
    """,
)


async def of_thing(about: str) -> list[PaymentRow]:
    """Every attempt to pay a thing, newest first. The caller must have checked the permission."""
    return await _OF_THING.all(about)


async def received_of(about: str) -> list[ReceivedPart]:
    """What has been paid for a thing, in the order in which it came. The caller must have checked the permission."""
    return await _RECEIVED.all(about)


async def refund_made(refund_id: int) -> RefundRow:
    """A refund, for the actor who has just requested it; no permission is checked."""
    refund = await _ONE_REFUND.first(refund_id)
    assert refund is not None, "refunds end, they are never deleted"
    return refund


async def refunds_of_store(actor: Actor, store_id: int, state: str | None = None) -> list[RefundRow]:
    """A store's refunds, newest first; `state` limits them, e.g. to those that wait for approval."""
    authorise(actor, "bills.read", subject(store_id=store_id))
    return await _REFUNDS.all(store_id, state)


async def flagged(actor: Actor, store_id: int) -> list[FlaggedPayment]:
    """Payments that did not fit and are not fully refunded, oldest first."""
    authorise(actor, "bills.read", subject(store_id=store_id))
    return await _FLAGGED.all(store_id)


@read_model
class Movement:
    """Money that moved at the platform without us; `amount_fen` is null where the platform did not say.

    `is_followed` says that our books have it.
    """

    id: int
    kind: MovementKind
    out_trade_no: str
    out_refund_no: str
    status: str
    amount_fen: int | None
    store: str | None
    is_ours: bool
    is_followed: bool
    found_by: str
    found_at: datetime
    moved_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    settled_reason: str
    version: int


@read_model
class _Movement(Movement):
    """With its store, and what the payment is of, where it is ours."""

    store_id: int | None
    about: str | None


@read_model
class OutsideMovementRow(_Movement):
    """A movement, and whether the reader may settle it."""

    may_settle: bool


_OUTSIDE = Query(
    _Movement,
    """
    SELECT m.id, m.kind, m.out_trade_no, m.out_refund_no, m.status, m.amount_fen, m.store_id, st.short_name AS store,
           p.about, m.payment_id IS NOT NULL AS is_ours, m.refund_id IS NOT NULL AS is_followed, m.found_by, m.found_at,
           m.moved_at, m.settled_at, s.name AS settled_by, m.settled_reason, m.version
    FROM outside_movement m LEFT JOIN store st ON st.id = m.store_id LEFT JOIN staff s ON s.id = m.settled_by_id
    LEFT JOIN payment p ON p.id = m.payment_id
    ORDER BY m.settled_at IS NOT NULL, m.id DESC LIMIT 200
    """,
)


async def outside(actor: Actor) -> list[OutsideMovementRow]:
    """Money that moved at the platform without us, in the actor's stores or without a store; open cases first."""
    if not may_ever(actor, "payments.read_outside"):
        raise NotAllowed(action="payments.read_outside")
    return [
        derive(OutsideMovementRow, case, may_settle=is_allowed(actor, "payments.settle_outside", on))
        for case in await _OUTSIDE.all()
        if is_allowed(actor, "payments.read_outside", on := subject(store_id=case.store_id))
    ]
