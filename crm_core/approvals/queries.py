"""Lists of requests for screens."""

from typing import Any

from crm_core.approvals.errors import ApprovalNotFound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, is_allowed, stores_within, subject
from foundation import clock, database

PAGE = 50

_ROW = """
SELECT a.*, r.name AS requester, e.name AS ended_by_name,
  (a.requester_id <> $1 AND NOT a.hands @> to_jsonb($1::bigint) AND a.state = 'PENDING' AND EXISTS (
     SELECT 1 FROM jsonb_array_elements_text(a.levels -> a.level -> 'approver_ids') seat
     WHERE NOT a.passed_by @> to_jsonb(seat::bigint) AND seat::bigint <> a.requester_id
       AND NOT a.hands @> to_jsonb(seat::bigint)
       AND (seat::bigint = $1 OR EXISTS (SELECT 1 FROM approval_delegation d WHERE d.approver_id = seat::bigint
            AND d.delegate_id = $1 AND $2 BETWEEN d.from_on AND d.until_on)))) AS is_mine_to_decide,
  array(SELECT s.name FROM jsonb_array_elements_text(a.levels -> a.level -> 'approver_ids') seat
        JOIN staff s ON s.id = seat::bigint
        WHERE s.id <> a.requester_id AND NOT a.hands @> to_jsonb(s.id) ORDER BY s.id) AS approvers,
  (SELECT coalesce(json_agg(json_build_object('name', s.name, 'is_agreed', d.is_agreed, 'note', d.note, 'at', d.at,
          'level', d.level) ORDER BY d.id), '[]')
   FROM approval_decision d JOIN staff s ON s.id = d.staff_id WHERE d.approval_id = a.id) AS decisions
FROM approval a JOIN staff r ON r.id = a.requester_id LEFT JOIN staff e ON e.id = a.ended_by
"""


async def to_decide(actor: Actor) -> list[dict[str, Any]]:
    """What waits for this actor, the oldest first."""
    authorize(actor, "approvals.read", subject())
    return await database.fetch(
        f"SELECT * FROM ({_ROW}) q WHERE is_mine_to_decide ORDER BY requested_at LIMIT {PAGE}", actor.id, clock.today()
    )


async def requested_by(actor: Actor, *, before_id: int | None = None, limit: int = PAGE) -> list[dict[str, Any]]:
    """The actor's own requests, the newest first."""
    authorize(actor, "approvals.read", subject())
    return await database.fetch(
        f"{_ROW} WHERE a.requester_id = $1 AND ($3::bigint IS NULL OR a.id < $3) ORDER BY a.id DESC LIMIT $4",
        actor.id,
        clock.today(),
        before_id,
        limit,
    )


async def history(actor: Actor, *, before_id: int | None = None, limit: int = PAGE) -> list[dict[str, Any]]:
    """Everything that was asked in the actor's stores, the newest first."""
    authorize(actor, "approvals.read", subject())
    stores = stores_within(actor, "approvals.read")
    return await database.fetch(
        f"{_ROW} WHERE ($3::bigint[] IS NULL OR a.store_id = ANY($3) OR a.requester_id = $1) "
        "AND ($4::bigint IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5",
        actor.id,
        clock.today(),
        None if stores is None else sorted(stores),
        before_id,
        limit,
    )


async def one(actor: Actor, approval_id: int) -> dict[str, Any]:
    """One request with its decisions.

    Raises:
        ApprovalNotFound: none, or outside the actor's scope.
    """
    row = await database.fetch_one(f"{_ROW} WHERE a.id = $3", actor.id, clock.today(), approval_id)
    if row is None:
        raise ApprovalNotFound
    is_party = row["requester_id"] == actor.id or row["is_mine_to_decide"]
    if not is_party and not is_allowed(actor, "approvals.read", subject(store_id=row["store_id"])):
        raise ApprovalNotFound
    return row
