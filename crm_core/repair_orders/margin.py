"""配件毛利 of an order, for those who may see what parts cost."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.rules import StockMoveKind
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.rules import LineState
from foundation import database
from foundation.reading import Query, literals, read_model


@read_model
class OrderMargin:
    """What the parts of the order's jobs are sold for, before discounts, and what they cost when they were handed out.
    Of `unknown` pieces nobody knows the cost; they are in no sum.
    """

    sold_fen: int
    cost_fen: int
    unknown: int


_NOT_SOLD: Final = literals(LineState.PROPOSED, LineState.DECLINED, LineState.CANCELLED)
_HANDED_OUT: Final = literals(StockMoveKind.ISSUED, StockMoveKind.RETURNED)
_MARGIN: Final = Query(
    OrderMargin,
    f"""
    SELECT coalesce((SELECT sum(l.parts_fen) FROM repair_line l
                     WHERE l.repair_order_id = $1 AND l.state NOT IN ({_NOT_SOLD})), 0)::bigint AS sold_fen,
      coalesce(-sum(m.quantity * m.cost_fen), 0)::bigint AS cost_fen,
      coalesce(-sum(m.quantity) FILTER (WHERE m.cost_fen IS NULL), 0)::int AS unknown
    FROM part_request q JOIN stock_movement m ON m.about = 'part_request:' || q.id AND m.kind IN ({_HANDED_OUT})
    WHERE q.repair_order_id = $1
    """,
)


async def margin(actor: Actor, repair_order_id: int) -> OrderMargin:
    """What the order's parts bring and cost.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    store_id = await database.fetch_value("SELECT store_id FROM repair_order WHERE id = $1", repair_order_id)
    if store_id is None:
        raise RepairOrderNotFound
    authorise(actor, "parts.read_cost", subject(store_id=store_id))
    found = await _MARGIN.first(repair_order_id)
    assert found is not None
    return found
