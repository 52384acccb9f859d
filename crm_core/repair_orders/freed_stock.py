"""有货留件: pieces that became free in the store itself serve the cars that wait for them, as a delivery does.

Pieces become free when an unused part comes back, a job is stopped, a booking lets go of what it held, or a count finds
more. None of these knows the cars that wait, and each holds locks that come after those of the repair orders; so what
can be served is read from the tables, every minute and when the store room says so.

Locks: the repair orders by id, the stock by part, the requests.
"""

from typing import Final

from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.errors import NoneIsFree, PartRequestNotFound
from crm_core.parts.models import PartRequest
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.repair_orders.rules import IN_WORKSHOP
from crm_core.repair_orders.waiting_cars import WaitingCars
from foundation import database
from foundation.reading import literals

AVAILABLE: Final = "有货"
_AT_ONCE: Final = 200
_CAME: Final = literals(*(set(StockMoveKind) - {StockMoveKind.OPENING, StockMoveKind.ISSUED, StockMoveKind.MOVED}))

# Pieces that somebody looked for in vain are no stock to promise from, until the ledger was touched by what lies there.
_SERVABLE: Final = f"""
SELECT q.id, q.store_id, q.part_id FROM part_request q
JOIN repair_order r ON r.id = q.repair_order_id AND r.state IN ({literals(*IN_WORKSHOP)})
JOIN part_stock s ON s.store_id = q.store_id AND s.part_id = q.part_id AND s.on_hand - s.reserved >= q.quantity
WHERE q.state IN ({literals(RequestState.BACKORDERED)}) AND (q.not_found_at IS NULL OR EXISTS (
  SELECT FROM stock_movement m WHERE m.stock_id = s.id AND m.at > q.not_found_at AND m.kind IN ({_CAME})))
"""


async def serve_freed() -> None:
    """Serve every car that waits for what is free."""
    rows = await database.fetch(f"{_SERVABLE} ORDER BY q.store_id, q.part_id LIMIT {_AT_ONCE}")
    for store_id, part_id in sorted({(row["store_id"], row["part_id"]) for row in rows}):
        async with database.transaction():
            waiting = await WaitingCars.locked(system("freed_stock"), store_id, [part_id])
            servable = await database.fetch(f"{_SERVABLE} AND q.store_id = $1 AND q.part_id = $2", store_id, part_id)
            await waiting.serve({part_id}, only={row["id"] for row in servable}, how=AVAILABLE)


async def take_from_stock(actor: Actor, request_id: int) -> PartRequest:
    """有货，留件: the store room found pieces for a request that waits. Whoever was promised an earlier time gets
    theirs first, so that this request may go on waiting.

    Raises:
        PartRequestNotFound.
        NoneIsFree: nothing was left for this request, and nobody else was served.
    """
    async with database.transaction():
        wanted = await PartRequest.get_or_none(id=request_id)
        if wanted is None:
            raise PartRequestNotFound
        authorise(actor, "parts.issue", subject(store_id=wanted.store_id))
        waiting = await WaitingCars.locked(actor, wanted.store_id, [wanted.part_id])
        if not await waiting.serve({wanted.part_id}, how=AVAILABLE):
            raise NoneIsFree
        return await PartRequest.get(id=request_id)
