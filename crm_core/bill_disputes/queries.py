"""Disputed lines for screens."""

from datetime import date, datetime, timedelta

from crm_core.bill_disputes import rules
from crm_core.bill_disputes.errors import DisputeNotFound
from crm_core.bill_disputes.rules import WAITING, BillDisputePolicy, DisputeState
from crm_core.billing.desk import Waiting, counted
from crm_core.billing.errors import BillNotFound
from crm_core.billing.rules import BillState
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, owners_own, subject
from crm_core.policies.current import policy_of
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

_MOST = 200


@read_model
class LineToDispute:
    """A line of the bill with what is to be paid for it; `waiting_id` is the dispute of it that waits for an answer."""

    line_no: int
    kind: LineKind
    name: str
    payable_fen: int
    waiting_id: int | None


@read_model
class OwnDispute:
    """What the owner disputed, who took it up, by when they have to answer, and the answer."""

    id: int
    line_no: int
    name: str
    amount_fen: int
    held_fen: int
    taken_off_fen: int
    reason: str
    state: DisputeState
    raised_at: datetime
    due_at: datetime
    handled_by: str | None
    answer: str
    ended_at: datetime | None
    version: int


@read_model
class DisputePage:
    """对某项有疑问: the lines of a bill and their disputes. `refusal` says why none can be disputed now; `may_wait`
    that a line can be left unpaid until it is answered.
    """

    bill_id: int
    may_wait: bool
    lines: list[LineToDispute]
    disputes: list[OwnDispute]
    refusal: str | None


@read_model
class DisputeRow:
    """A disputed line as staff see it."""

    id: int
    store_id: int
    bill_id: int
    about: str
    bill_number: str
    customer_name: str
    plate: str
    name: str
    amount_fen: int
    held_fen: int
    taken_off_fen: int
    noted_by: str | None
    reason: str
    state: DisputeState
    raised_at: datetime
    due_at: datetime
    handled_by: str | None
    answer: str
    ended_at: datetime | None
    made_by_id: int
    bill_state: BillState
    version: int


@read_model
class HeldBill:
    """A bill of which a part is not due while it waits for an answer, and since when."""

    about: str
    number: str
    store: str
    disputed_fen: int
    since: datetime


@read_model
class _HeldBill(HeldBill):
    store_id: int


@read_model
class _Bill:
    """What decides whether a line of a bill may be disputed."""

    store_id: int
    customer_id: int
    state: BillState
    paid_at: datetime | None


_BILL = Query(_Bill, "SELECT store_id, customer_id, state, paid_at FROM bill WHERE id = $1")
_LINES = Query(
    LineToDispute,
    f"""
    SELECT l.line_no, l.kind, l.name, l.amount_fen - l.discount_fen AS payable_fen,
           (SELECT d.id FROM bill_dispute d
            WHERE d.bill_id = l.bill_id AND d.line_no = l.line_no AND d.state IN ({literals(*WAITING)})) AS waiting_id
    FROM bill_line l WHERE l.bill_id = $1 ORDER BY l.line_no
    """,
)
_OWN = Query(
    OwnDispute,
    """
    SELECT d.id, d.line_no, d.name, d.amount_fen, d.held_fen, d.taken_off_fen, d.reason, d.state, d.raised_at,
           d.due_at, st.name AS handled_by, d.answer, d.ended_at, d.version
    FROM bill_dispute d LEFT JOIN staff st ON st.id = d.handled_by_id WHERE d.bill_id = $1 ORDER BY d.id DESC
    """,
)
_ROW = """
SELECT d.id, d.store_id, d.bill_id, b.about, b.number AS bill_number, c.name AS customer_name,
       coalesce(v.plate, '') AS plate, d.name, d.amount_fen, d.held_fen, d.taken_off_fen, nt.name AS noted_by,
       d.reason, d.state, d.raised_at, d.due_at, st.name AS handled_by, d.answer, d.ended_at, b.made_by_id,
       b.state AS bill_state, d.version
FROM bill_dispute d JOIN bill b ON b.id = d.bill_id JOIN customer c ON c.id = d.customer_id
LEFT JOIN vehicle v ON v.id = b.vehicle_id LEFT JOIN staff st ON st.id = d.handled_by_id
LEFT JOIN staff nt ON nt.id = d.noted_by_id
"""
_OF_STORE = Query(
    DisputeRow,
    f"{_ROW} WHERE d.store_id = $1 ORDER BY d.ended_at IS NOT NULL, CASE WHEN d.ended_at IS NULL THEN d.due_at END, "
    f"d.ended_at DESC LIMIT {_MOST}",
)
_ONE = Query(DisputeRow, f"{_ROW} WHERE d.id = $1")
_HELD = Query(
    _HeldBill,
    f"""
    SELECT b.about, b.number, s.short_name AS store, b.disputed_fen, min(d.raised_at) AS since, b.store_id
    FROM bill b JOIN store s ON s.id = b.store_id
    JOIN bill_dispute d ON d.bill_id = b.id AND d.held_fen > 0 AND d.state IN ({literals(*WAITING)})
    WHERE b.disputed_fen > 0 GROUP BY b.id, s.id HAVING min(d.raised_at) < $1 ORDER BY since, b.id
    """,
)
_WAITING = Query(Waiting, counted("bill_dispute", literals(*WAITING)))


async def page(actor: Actor, bill_id: int) -> DisputePage:
    """The lines of a bill that may be disputed, and the disputes so far.

    Raises:
        BillNotFound: there is none, it is a draft, or it is another owner's.
    """
    bill = await _BILL.first(bill_id)
    if bill is None:
        raise BillNotFound
    if actor.is_owner:
        authorise(actor, "bill_disputes.raise", owners_own(bill.customer_id))
    else:
        authorise(actor, "bill_disputes.note", subject(store_id=bill.store_id))
    if bill.state is BillState.DRAFT:
        raise BillNotFound
    policy = await policy_of(BillDisputePolicy, bill.store_id)
    is_late = bill.state is BillState.REFUNDED or not rules.may_raise(bill.paid_at, clock.now(), policy)
    refusal = f"付款超过 {policy.days_after_paying} 天或已全部退款，请直接联系门店。" if is_late else None
    return DisputePage(bill_id, bill.paid_at is None, await _LINES.all(bill_id), await _OWN.all(bill_id), refusal)


async def of_store(actor: Actor, store_id: int) -> list[DisputeRow]:
    """A store's disputes: first those that wait, by due time, then the newest of the others."""
    authorise(actor, "bill_disputes.read", subject(store_id=store_id))
    return await _OF_STORE.all(store_id)


async def waiting(actor: Actor, store_id: int) -> Waiting:
    """How many disputes of a store wait for an answer, and how many of these are overdue."""
    authorise(actor, "bill_disputes.read", subject(store_id=store_id))
    found = await _WAITING.first(store_id, clock.now())
    assert found is not None
    return found


async def held_since(actor: Actor, day: date) -> list[HeldBill]:
    """What is still not paid because of disputes raised on a day or before it, in the reader's stores."""
    authorise(actor, "reconciliation.read", subject())
    return [
        derive(HeldBill, bill)
        for bill in await _HELD.all(clock.at(day + timedelta(days=1)))
        if is_allowed(actor, "reconciliation.read", subject(store_id=bill.store_id))
    ]


async def one(actor: Actor, dispute_id: int) -> DisputeRow:
    """One disputed line.

    Raises:
        DisputeNotFound.
    """
    return shown_to(actor, "bill_disputes.read", await _ONE.first(dispute_id), DisputeNotFound)
