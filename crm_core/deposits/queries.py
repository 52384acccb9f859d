"""Deposits for screens."""

from datetime import datetime

from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.deposits.errors import DepositNotFound
from crm_core.deposits.rules import DepositMove
from crm_core.payments.rules import Method
from foundation.reading import Query, read_model

_MOST = 500
_MOVED = 200


@read_model
class DepositRow:
    """What one customer has paid ahead."""

    id: int
    store_id: int
    store: str
    customer_id: int
    customer_name: str
    balance_fen: int
    moved_at: datetime
    version: int


@read_model
class DepositMovementRow:
    """One movement. `left_fen` is what may still be asked back of a sum that was paid in."""

    id: int
    kind: DepositMove
    amount_fen: int
    payment_id: int
    method: Method
    receipt_number: str
    left_fen: int
    about: str
    about_number: str
    bill_number: str | None
    by: str | None
    at: datetime


@read_model
class DepositPage:
    """A deposit with its newest movements."""

    deposit: DepositRow
    movements: list[DepositMovementRow]


@read_model
class OwnDeposit:
    """What an owner has paid ahead in one store."""

    store_id: int
    store: str
    balance_fen: int


_ROW = """
SELECT d.id, d.store_id, s.short_name AS store, d.customer_id, c.name AS customer_name, d.balance_fen,
       coalesce((SELECT max(m.at) FROM deposit_movement m WHERE m.deposit_id = d.id), d.opened_at) AS moved_at,
       d.version
FROM deposit d JOIN store s ON s.id = d.store_id JOIN customer c ON c.id = d.customer_id
"""
_OF_STORE = Query(
    DepositRow, f"{_ROW} WHERE d.store_id = $1 ORDER BY d.balance_fen = 0, moved_at DESC, d.id LIMIT {_MOST}"
)
_ONE = Query(DepositRow, f"{_ROW} WHERE d.id = $1")
_MOVEMENTS = Query(
    DepositMovementRow,
    f"""
    SELECT m.id, m.kind, m.amount_fen, m.payment_id, p.method, p.receipt_number,
           CASE WHEN m.amount_fen > 0 AND m.bill_id IS NULL AND m.refund_id IS NULL THEN m.amount_fen + coalesce(
             (SELECT sum(h.amount_fen) FROM deposit_movement h
              WHERE h.payment_id = m.payment_id AND h.refund_id IS NOT NULL), 0) ELSE 0 END::bigint AS left_fen,
           m.about, m.about_number, b.number AS bill_number, t.name AS by, m.at
    FROM deposit_movement m JOIN payment p ON p.id = m.payment_id LEFT JOIN bill b ON b.id = m.bill_id
    LEFT JOIN staff t ON t.id = m.by_id WHERE m.deposit_id = $1 ORDER BY m.id DESC LIMIT {_MOVED}
    """,
)
_OWN = Query(
    OwnDeposit,
    """
    SELECT d.store_id, s.short_name AS store, sum(d.balance_fen)::bigint AS balance_fen
    FROM deposit d JOIN store s ON s.id = d.store_id
    WHERE d.customer_id = $1 AND d.balance_fen > 0 GROUP BY d.store_id, s.short_name ORDER BY d.store_id
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[DepositRow]:
    """A store's deposits: those with a balance first, the newest movement first."""
    authorise(actor, "deposits.read", subject(store_id=store_id))
    return await _OF_STORE.all(store_id)


async def page(actor: Actor, deposit_id: int) -> DepositPage:
    """One deposit.

    Raises:
        DepositNotFound.
    """
    row = shown_to(actor, "deposits.read", await _ONE.first(deposit_id), DepositNotFound)
    return DepositPage(row, await _MOVEMENTS.all(deposit_id))


async def of_customer(actor: Actor, customer_id: int) -> list[OwnDeposit]:
    """What an owner has paid ahead, store by store."""
    authorise(actor, "deposits.read", owners_own(customer_id))
    return await _OWN.all(customer_id)
