"""Lists of requests for screens."""

from datetime import datetime

from crm_core.approvals.errors import ApprovalNotFound
from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, stores_within, subject
from foundation import clock
from foundation.reading import Query, listed, literals, read_model

PAGE = 50


@read_model
class Decision:
    """One person's decision on a request."""

    name: str
    is_agreed: bool
    note: str
    at: datetime
    level: int


@read_model
class Request:
    """A request; sums in fen. `about` is the thing itself (`broadcast:12`); `level` is the current one of `levels`."""

    id: int
    kind: ApprovalKind
    about: str
    title: str
    requester: str
    note: str
    customer_count: int | None
    staff_count: int | None
    amount_fen: int | None
    over_limit: str | None
    state: ApprovalState
    level: int
    levels: int
    approvers: list[str]
    decisions: list[Decision]
    is_mine_to_decide: bool
    is_mine: bool
    requested_at: datetime
    ended_at: datetime | None
    ended_by_name: str | None
    end_note: str
    version: int


@read_model
class SeenRequest(Request):
    """A request with the columns from which follows who may see it."""

    store_id: int | None


_ROW = f"""
SELECT a.id, a.kind, a.about, a.title, r.name AS requester, a.note, a.state, a.level,
       jsonb_array_length(a.levels) AS levels, a.requester_id = $1 AS is_mine, a.requested_at, a.ended_at,
       e.name AS ended_by_name, a.end_note, a.version, a.store_id,
       (a.facts->>'customer_count')::int AS customer_count, (a.facts->>'staff_count')::int AS staff_count,
       (a.facts->>'amount_fen')::bigint AS amount_fen, a.facts->>'over_limit' AS over_limit,
       (a.requester_id <> $1 AND NOT a.hands @> to_jsonb($1::bigint) AND a.state IN ({literals(ApprovalState.PENDING)})
        AND EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(a.levels -> a.level -> 'approver_ids') seat
          WHERE NOT a.passed_by @> to_jsonb(seat::bigint) AND seat::bigint <> a.requester_id
            AND NOT a.hands @> to_jsonb(seat::bigint)
            AND (seat::bigint = $1 OR EXISTS (SELECT 1 FROM approval_delegation d WHERE d.approver_id = seat::bigint
                 AND d.delegate_id = $1 AND $2 BETWEEN d.from_on AND d.until_on)))) AS is_mine_to_decide,
       array(SELECT s.name FROM jsonb_array_elements_text(a.levels -> a.level -> 'approver_ids') seat
             JOIN staff s ON s.id = seat::bigint
             WHERE s.id <> a.requester_id AND NOT a.hands @> to_jsonb(s.id) ORDER BY s.id) AS approvers,
       (SELECT {listed(Decision, "d", order="d.id", name="s.name")}
        FROM approval_decision d JOIN staff s ON s.id = d.staff_id WHERE d.approval_id = a.id) AS decisions
FROM approval a JOIN staff r ON r.id = a.requester_id LEFT JOIN staff e ON e.id = a.ended_by
"""
_TO_DECIDE = Query(SeenRequest, f"SELECT * FROM ({_ROW}) q WHERE is_mine_to_decide ORDER BY requested_at LIMIT {PAGE}")
_REQUESTED_BY = Query(
    SeenRequest,
    f"{_ROW} WHERE a.requester_id = $1 AND ($3::bigint IS NULL OR a.id < $3) ORDER BY a.id DESC LIMIT $4",
)
_HISTORY = Query(
    SeenRequest,
    f"{_ROW} WHERE ($3::bigint[] IS NULL OR a.store_id = ANY($3) OR a.requester_id = $1) "
    "AND ($4::bigint IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5",
)
_ONE = Query(SeenRequest, f"{_ROW} WHERE a.id = $3")


async def to_decide(actor: Actor) -> list[SeenRequest]:
    """The requests that wait for this actor's decision, the oldest first."""
    authorise(actor, "approvals.read", subject())
    return await _TO_DECIDE.all(actor.id, clock.today())


async def requested_by(actor: Actor, *, before_id: int | None = None, limit: int = PAGE) -> list[SeenRequest]:
    """The actor's own requests, the newest first."""
    authorise(actor, "approvals.read", subject())
    return await _REQUESTED_BY.all(actor.id, clock.today(), before_id, limit)


async def history(actor: Actor, *, before_id: int | None = None, limit: int = PAGE) -> list[SeenRequest]:
    """All requests in the stores the actor reaches, the newest first."""
    authorise(actor, "approvals.read", subject())
    stores = stores_within(actor, "approvals.read")
    return await _HISTORY.all(actor.id, clock.today(), None if stores is None else sorted(stores), before_id, limit)


async def one(actor: Actor, approval_id: int) -> SeenRequest:
    """One request with its decisions.

    Raises:
        ApprovalNotFound: there is none, or the actor may not see it.
    """
    row = await _ONE.first(actor.id, clock.today(), approval_id)
    if row is None:
        raise ApprovalNotFound
    is_party = row.is_mine or row.is_mine_to_decide
    if not is_party and not is_allowed(actor, "approvals.read", subject(store_id=row.store_id)):
        raise ApprovalNotFound
    return row
