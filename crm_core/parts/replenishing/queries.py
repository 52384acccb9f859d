"""补货建议 for the store room: computed when it is read, so that it never tells of yesterday."""

from datetime import timedelta
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.coming import COMING
from crm_core.parts.purchases.rules import PurchaseState
from crm_core.parts.replenishing import rules
from crm_core.parts.replenishing.rules import Supply
from crm_core.parts.rules import RequestState, StockMoveKind
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

MOST: Final = 300
"""Lines one proposal shows; what is left comes when these are ordered."""


@read_model
class _Row:
    """A part that somebody may have to order, as the rule sees it, and as it was bought the last time."""

    id: int
    part_number: str
    part: str
    free: int
    coming: int
    waiting: int
    used: int
    minimum: int | None
    maximum: int | None
    supplier_id: int | None
    supplier: str | None
    cost_fen: int | None


@read_model
class ProposalRow:
    """A part (by its id) to order, how many, why, and from whom at which price it was bought the last time."""

    id: int
    part_number: str
    part: str
    quantity: int
    reason: str
    free: int
    coming: int
    minimum: int | None
    supplier_id: int | None
    supplier: str | None
    cost_fen: int | None


_HANDED_OUT: Final = literals(StockMoveKind.ISSUED, StockMoveKind.RETURNED)
_SUPPLIES: Final = Query(
    _Row,
    f"""
    WITH coming AS (
      SELECT c.part_id, sum(c.quantity)::int AS pieces, sum(h.held)::int AS held FROM {COMING} c
      LEFT JOIN LATERAL (SELECT coalesce(sum(d.quantity), 0) AS held FROM delivery_hold d
                         WHERE d.purchase_line_id = c.id AND c.is_bought) h ON true
      WHERE c.store_id = $1 GROUP BY c.part_id
    ), waiting AS (
      SELECT q.part_id, sum(q.quantity)::int AS pieces FROM part_request q
      WHERE q.store_id = $1 AND q.state IN ({literals(RequestState.BACKORDERED)}) GROUP BY q.part_id
    ), used AS (
      SELECT s.part_id, -sum(m.quantity)::int AS pieces FROM stock_movement m JOIN part_stock s ON s.id = m.stock_id
      WHERE s.store_id = $1 AND m.kind IN ({_HANDED_OUT}) AND m.at >= $2 GROUP BY s.part_id
    )
    SELECT p.id, p.number AS part_number, p.name AS part, coalesce(s.on_hand - s.reserved, 0) AS free,
      coalesce(c.pieces - c.held, 0) AS coming, coalesce(w.pieces, 0) AS waiting,
      greatest(coalesce(u.pieces, 0), 0) AS used, n.minimum, n.maximum, b.supplier_id, b.supplier, b.cost_fen
    FROM part p
    LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1
    LEFT JOIN coming c ON c.part_id = p.id LEFT JOIN waiting w ON w.part_id = p.id LEFT JOIN used u ON u.part_id = p.id
    LEFT JOIN part_minimum n ON n.part_id = p.id AND n.store_id = $1 AND n.is_active
    LEFT JOIN LATERAL (
      SELECT o.supplier_id, f.name AS supplier, l.cost_fen FROM purchase_line l
      JOIN purchase_order o ON o.id = l.purchase_id JOIN supplier f ON f.id = o.supplier_id AND f.is_active
      WHERE l.part_id = p.id AND o.store_id = $1 AND o.ordered_at IS NOT NULL ORDER BY o.ordered_at DESC LIMIT 1
    ) b ON true
    WHERE p.is_active AND (w.pieces > 0 OR (p.for_line_id IS NULL AND (n.id IS NOT NULL OR u.pieces > 0)))
      AND NOT EXISTS (SELECT FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id
                      WHERE l.part_id = p.id AND o.store_id = $1 AND o.state IN ({literals(PurchaseState.DRAFT)}))
    ORDER BY coalesce(w.pieces, 0) = 0, b.supplier NULLS LAST, p.name, p.number
    """,
)


async def proposals(actor: Actor, store_id: int) -> list[ProposalRow]:
    """What the store should order and why: what cars wait for first, then by supplier, without what stands in a draft.

    Raises:
        NotAllowed.
    """
    authorise(actor, "parts.purchase", subject(store_id=store_id))
    found: list[ProposalRow] = []
    for row in await _SUPPLIES.all(store_id, clock.now() - timedelta(days=rules.USED_OVER_DAYS)):
        supply = Supply(row.free, row.coming, row.waiting, row.used, row.minimum, row.maximum)
        proposal = rules.propose(supply)
        if proposal is not None and len(found) < MOST:
            found.append(derive(ProposalRow, row, quantity=proposal.quantity, reason=proposal.reason))
    return found
