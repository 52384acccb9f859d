"""Lists of payments and refunds for screens."""

from typing import Any

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from foundation import database

_REFUND = """
SELECT r.id, r.payment_id, r.about, r.store_id, r.amount_fen, r.reason, r.state, r.requested_by, r.requested_at,
       r.approved_at, r.ended_at, r.problem, p.method, c.name AS customer_name
FROM refund r JOIN payment p ON p.id = r.payment_id JOIN customer c ON c.id = r.customer_id
"""


async def of_thing(about: str) -> list[dict[str, Any]]:
    """Every attempt to pay a thing, newest first; the caller has checked who asks."""
    return await database.fetch(
        "SELECT p.id, p.method, p.state, p.amount_fen, p.received_fen, p.problem, p.created_at, p.succeeded_at, "
        "  (SELECT coalesce(sum(r.amount_fen), 0)::bigint FROM refund r "
        "   WHERE r.payment_id = p.id AND r.state = 'SUCCESS') AS refunded_fen "
        "FROM payment p WHERE p.about = $1 ORDER BY p.id DESC",
        about,
    )


async def refunds_of_store(actor: Actor, store_id: int, state: str | None = None) -> list[dict[str, Any]]:
    """A store's refunds, newest first; `state` narrows them, e.g. to what waits for approval."""
    authorize(actor, "bills.read", subject(store_id=store_id))
    return await database.fetch(
        f"{_REFUND} WHERE r.store_id = $1 AND ($2::text IS NULL OR r.state = $2) ORDER BY r.id DESC LIMIT 200",
        store_id,
        state,
    )


async def flagged(actor: Actor, store_id: int) -> list[dict[str, Any]]:
    """Money that did not fit and is not all back, oldest first."""
    authorize(actor, "bills.read", subject(store_id=store_id))
    return await database.fetch(
        "SELECT id, about, method, state, amount_fen, received_fen, problem, succeeded_at FROM payment "
        "WHERE store_id = $1 AND problem <> '' ORDER BY id LIMIT 200",
        store_id,
    )
