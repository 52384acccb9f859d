"""What must be true of a store's books at night, read from the database beside what the day's people saw."""

from collections import Counter
from typing import Any, Final

from foundation import database


async def shelves(store_id: int) -> dict[str, int]:
    """Pieces of each part in the store."""
    rows = await database.fetch(
        "SELECT p.number, s.on_hand FROM part_stock s JOIN part p ON p.id = s.part_id WHERE s.store_id = $1", store_id
    )
    return {row["number"]: row["on_hand"] for row in rows}


async def moved_for(order_ids: list[int]) -> Counter[str]:
    """Pieces that moved for these orders, by part: what came counts up, what left counts down."""
    rows = await database.fetch(_MOVED, order_ids)
    return Counter({row["number"]: row["pieces"] for row in rows})


async def parts_not_settled(order_ids: list[int]) -> list[dict[str, Any]]:
    """Parts that a job still waits for or holds, although its order is over."""
    return await database.fetch(
        "SELECT id, repair_order_id, state FROM part_request WHERE repair_order_id = ANY($1) "
        "AND state NOT IN ('USED', 'RETURNED', 'CANCELLED')",
        order_ids,
    )


async def stock_does_not_add_up(store_id: int) -> list[dict[str, Any]]:
    """Parts whose stock is not the sum of their movements, or is below nothing."""
    return await database.fetch(_STOCK, store_id)


async def bills_do_not_add_up() -> list[dict[str, Any]]:
    """Bills whose total is not their lines, whose payments are not what is paid, or that gave back too much."""
    return await database.fetch(_BILLS)


async def states(order_ids: list[int]) -> Counter[str]:
    """How many orders are in which state."""
    rows = await database.fetch("SELECT state FROM repair_order WHERE id = ANY($1)", order_ids)
    return Counter(row["state"] for row in rows)


async def overlapping_work() -> list[dict[str, Any]]:
    """Time entries of one technician that overlap: nobody works on two cars at once."""
    return await database.fetch(_OVERLAPS)


_MOVED: Final = """
SELECT p.number, sum(m.quantity)::int AS pieces
FROM stock_movement m JOIN part_stock s ON s.id = m.stock_id JOIN part p ON p.id = s.part_id
JOIN part_request r ON m.about = 'part_request:' || r.id
WHERE r.repair_order_id = ANY($1) GROUP BY 1
"""
_STOCK: Final = """
SELECT p.number, s.on_hand, coalesce(sum(m.quantity), 0)::int AS moved
FROM part_stock s JOIN part p ON p.id = s.part_id LEFT JOIN stock_movement m ON m.stock_id = s.id
WHERE s.store_id = $1 GROUP BY p.number, s.on_hand
HAVING s.on_hand <> coalesce(sum(m.quantity), 0) OR s.on_hand < 0
"""
_BILLS: Final = """
SELECT b.id, b.state, b.total_fen, b.paid_fen, b.refunded_fen FROM bill b
WHERE b.total_fen <> (SELECT coalesce(sum(l.amount_fen - l.discount_fen), 0) FROM bill_line l WHERE l.bill_id = b.id)
   OR b.paid_fen <> (SELECT coalesce(sum(p.received_fen), 0) FROM payment p
                     WHERE p.about = 'bill:' || b.id AND p.state = 'SUCCESS')
   OR b.refunded_fen > b.paid_fen
   OR b.state = 'PAID' AND b.paid_fen <> b.total_fen
"""
_OVERLAPS: Final = """
SELECT a.id, b.id AS other FROM time_entry a JOIN time_entry b
  ON b.technician_id = a.technician_id AND b.id > a.id
 AND tstzrange(a.started_at, a.ended_at) && tstzrange(b.started_at, b.ended_at)
"""
