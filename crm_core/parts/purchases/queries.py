"""Purchase orders for screens. Costs are masked at the door for those who may not see them."""

from datetime import datetime
from typing import Final

from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.errors import PurchaseNotFound
from crm_core.parts.purchases.rules import ON_ITS_WAY, PurchaseState
from foundation import clock
from foundation.reading import Query, listed, literals, read_model

MOST: Final = 300
"""Orders a list shows: those that are open first, then the newest of the others."""


@read_model
class PurchaseRow:
    """A purchase order in a list. `eta`: when the last of what is still to come is expected."""

    id: int
    store_id: int
    supplier: str
    state: PurchaseState
    note: str
    parts: str
    pieces: int
    arrived: int
    cost_fen: int | None
    eta: datetime | None
    is_overdue: bool
    made_by: str
    made_at: datetime
    ordered_at: datetime | None
    version: int


@read_model
class PurchaseLineRow:
    """A line of a purchase order; `held` pieces are promised to bookings."""

    id: int
    part_number: str
    part: str
    quantity: int
    arrived: int
    held: int
    cost_fen: int | None
    eta: datetime | None
    is_overdue: bool
    reason: str


@read_model
class PurchasePage:
    """One purchase order with its lines."""

    id: int
    store_id: int
    supplier_id: int
    supplier: str
    state: PurchaseState
    note: str
    made_by: str
    made_at: datetime
    ordered_by: str | None
    ordered_at: datetime | None
    ended_at: datetime | None
    version: int
    lines: list[PurchaseLineRow]


@read_model
class SupplierRow:
    """A supplier to choose."""

    id: int
    name: str
    lead_days: int


_OPEN: Final = literals(*ON_ITS_WAY)
_LIST: Final = Query(
    PurchaseRow,
    f"""
    SELECT o.id, o.store_id, s.name AS supplier, o.state, o.note, coalesce(l.parts, '') AS parts,
      coalesce(l.pieces, 0) AS pieces, coalesce(l.arrived, 0) AS arrived, l.cost_fen, l.eta,
      coalesce(o.state IN ({_OPEN}) AND l.first_eta < $2, false) AS is_overdue, m.name AS made_by, o.made_at,
      o.ordered_at, o.version
    FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id JOIN staff m ON m.id = o.made_by
    LEFT JOIN LATERAL (
      SELECT string_agg(p.name, '、' ORDER BY l.id) AS parts, sum(l.quantity)::int AS pieces,
        sum(l.arrived)::int AS arrived, sum(l.quantity * l.cost_fen)::bigint AS cost_fen,
        max(l.eta) FILTER (WHERE l.arrived < l.quantity) AS eta,
        min(l.eta) FILTER (WHERE l.arrived < l.quantity) AS first_eta
      FROM purchase_line l JOIN part p ON p.id = l.part_id WHERE l.purchase_id = o.id) l ON true
    WHERE o.store_id = $1
    ORDER BY o.ended_at IS NOT NULL, CASE WHEN o.ended_at IS NULL THEN l.first_eta END NULLS FIRST, o.id DESC
    LIMIT {MOST}
    """,
)
_ONE: Final = Query(
    PurchasePage,
    f"""
    SELECT o.id, o.store_id, o.supplier_id, s.name AS supplier, o.state, o.note, m.name AS made_by, o.made_at,
      d.name AS ordered_by, o.ordered_at, o.ended_at, o.version,
      (SELECT {
        listed(
            PurchaseLineRow,
            "l",
            order="l.id",
            part_number="p.number",
            part="p.name",
            held="(SELECT coalesce(sum(h.quantity), 0)::int FROM delivery_hold h WHERE h.purchase_line_id = l.id)",
            is_overdue=f"coalesce(o.state IN ({_OPEN}) AND l.arrived < l.quantity AND l.eta < $2, false)",
        )
    } FROM purchase_line l JOIN part p ON p.id = l.part_id WHERE l.purchase_id = o.id) AS lines
    FROM purchase_order o JOIN supplier s ON s.id = o.supplier_id JOIN staff m ON m.id = o.made_by
    LEFT JOIN staff d ON d.id = o.ordered_by WHERE o.id = $1
    """,
)
_SUPPLIERS: Final = Query(SupplierRow, "SELECT id, name, lead_days FROM supplier WHERE is_active ORDER BY name")


async def of_store(actor: Actor, store_id: int) -> list[PurchaseRow]:
    """A store's purchase orders: what is open first, drafts and the overdue before the others."""
    authorise(actor, "parts.read_purchases", subject(store_id=store_id))
    return await _LIST.all(store_id, clock.now())


async def one(actor: Actor, purchase_id: int) -> PurchasePage:
    """One purchase order.

    Raises:
        PurchaseNotFound, NotAllowed.
    """
    return shown_to(actor, "parts.read_purchases", await _ONE.first(purchase_id, clock.now()), PurchaseNotFound)


async def suppliers(actor: Actor, store_id: int) -> list[SupplierRow]:
    """From whom the store may order."""
    authorise(actor, "parts.read_purchases", subject(store_id=store_id))
    return await _SUPPLIERS.all()
