"""Receivables for screens."""

from datetime import date, datetime

from crm_core.billing.rules import Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.receivables.errors import ReceivableNotFound
from crm_core.receivables.rules import CostCentre, ReceivableState, StepKind
from foundation import clock
from foundation.reading import Query, literals, read_model

_MOST = 500


@read_model
class ReceivableRow:
    """What somebody other than the owner owes; sums in fen. `age_days` are those it has been open."""

    id: int
    store_id: int
    bill_id: int
    about: str
    number: str
    customer_name: str
    plate: str
    payer: Payer
    party: str
    approval_number: str
    case_number: str
    state: ReceivableState
    amount_fen: int
    accepted_fen: int | None
    received_fen: int
    borne_fen: int
    open_fen: int
    opened_at: datetime
    due_on: date
    is_overdue: bool
    settled_at: datetime | None
    age_days: int
    version: int


@read_model
class ReceivableLine:
    """A line of its bill."""

    line_no: int
    kind: LineKind
    name: str
    amount_fen: int
    payer_approval_number: str


@read_model
class ReceivableStepRow:
    """One act of its history."""

    kind: StepKind
    at: datetime
    by: str | None
    amount_fen: int | None
    reference: str
    received_on: date | None
    cost_centre: CostCentre | None
    words: str


@read_model
class ReceivablePage:
    """A receivable with the lines of its bill and its history; `made_by_id` made the bill and so may not bear it."""

    receivable: ReceivableRow
    made_by_id: int
    old_parts_place: str
    old_parts_until: date | None
    lines: list[ReceivableLine]
    steps: list[ReceivableStepRow]


@read_model
class _Facts:
    """What only the page of one receivable shows."""

    made_by_id: int
    old_parts_place: str
    old_parts_until: date | None


_ROW = f"""
SELECT r.id, r.store_id, r.bill_id, b.about, b.number, c.name AS customer_name, coalesce(v.plate, '') AS plate,
       r.payer, r.party, r.approval_number, r.case_number, r.state, r.amount_fen, r.accepted_fen, r.received_fen,
       r.borne_fen, r.amount_fen - r.received_fen - r.borne_fen AS open_fen, r.opened_at, r.due_on,
       (r.state NOT IN ({literals(ReceivableState.SETTLED)}) AND r.due_on < $2::date) AS is_overdue, r.settled_at,
       $2::date - (r.opened_at AT TIME ZONE 'Asia/Shanghai')::date AS age_days, r.version
FROM receivable r JOIN bill b ON b.id = r.bill_id JOIN customer c ON c.id = r.customer_id
LEFT JOIN vehicle v ON v.id = b.vehicle_id
"""
_OF_STORE = Query(
    ReceivableRow,
    f"{_ROW} WHERE r.store_id = $1 ORDER BY r.settled_at IS NOT NULL, r.settled_at DESC, r.due_on, r.id LIMIT {_MOST}",
)
_ONE = Query(ReceivableRow, f"{_ROW} WHERE r.id = $1")
_FACTS = Query(
    _Facts,
    """
    SELECT b.made_by_id, r.old_parts_place, r.old_parts_until
    FROM receivable r JOIN bill b ON b.id = r.bill_id WHERE r.id = $1
    """,
)
_LINES = Query(
    ReceivableLine,
    "SELECT line_no, kind, name, amount_fen, payer_approval_number FROM bill_line WHERE bill_id = $1 ORDER BY line_no",
)
_STEPS = Query(
    ReceivableStepRow,
    """
    SELECT p.kind, p.at, s.name AS by, p.amount_fen, p.reference, p.received_on, p.cost_centre, p.words
    FROM receivable_step p LEFT JOIN staff s ON s.id = p.by_id WHERE p.receivable_id = $1 ORDER BY p.id DESC
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[ReceivableRow]:
    """A store's receivables: the open ones by what is due first, then what was settled last."""
    authorise(actor, "receivables.read", subject(store_id=store_id))
    return await _OF_STORE.all(store_id, clock.today())


async def page(actor: Actor, receivable_id: int) -> ReceivablePage:
    """One receivable.

    Raises:
        ReceivableNotFound.
    """
    row = await _ONE.first(receivable_id, clock.today())
    shown = shown_to(actor, "receivables.read", row, ReceivableNotFound)
    facts = await _FACTS.first(receivable_id)
    assert facts is not None
    return ReceivablePage(
        receivable=shown,
        made_by_id=facts.made_by_id,
        old_parts_place=facts.old_parts_place,
        old_parts_until=facts.old_parts_until,
        lines=await _LINES.all(shown.bill_id),
        steps=await _STEPS.all(receivable_id),
    )
