"""Pieces on the shelf. Each change is one SQL statement with a condition, so that the last piece goes to one job
only.
"""

from collections import Counter
from collections.abc import Sequence

from foundation import database


async def set_aside(store_id: int, part_id: int, quantity: int) -> bool:
    """Reserve free pieces. If there are not enough, nothing changes and the answer is False."""
    return await _change(
        "UPDATE part_stock SET reserved = reserved + $3 "
        "WHERE store_id = $1 AND part_id = $2 AND on_hand - reserved >= $3",
        store_id,
        part_id,
        quantity,
    )


async def give_up(store_id: int, part_id: int, quantity: int) -> bool:
    """Free reserved pieces. If not so many are reserved, nothing changes and the answer is False."""
    return await _change(
        "UPDATE part_stock SET reserved = reserved - $3 WHERE store_id = $1 AND part_id = $2 AND reserved >= $3",
        store_id,
        part_id,
        quantity,
    )


async def hand_out(store_id: int, part_id: int, quantity: int) -> bool:
    """Take reserved pieces off the shelf. If not so many are reserved, nothing changes and the answer is False."""
    return await _change(
        "UPDATE part_stock SET on_hand = on_hand - $3, reserved = reserved - $3 "
        "WHERE store_id = $1 AND part_id = $2 AND reserved >= $3",
        store_id,
        part_id,
        quantity,
    )


async def put_back(store_id: int, part_id: int, quantity: int) -> bool:
    """Put pieces on the shelf, from a return or a delivery; always True."""
    await database.execute(
        "INSERT INTO part_stock (store_id, part_id, on_hand, reserved) VALUES ($1, $2, $3, 0) "
        "ON CONFLICT (part_id, store_id) DO UPDATE SET on_hand = part_stock.on_hand + $3",
        store_id,
        part_id,
        quantity,
    )
    return True


async def are_short(store_id: int, part_numbers: Sequence[str]) -> bool:
    """Whether fewer pieces are free than these jobs need, one piece for each number given.

    Empty numbers, and parts that the catalogue does not track, never count as short.
    """
    needed = Counter(number for number in part_numbers if number)
    rows = await database.fetch(
        "SELECT p.number, coalesce(s.on_hand - s.reserved, 0) AS free FROM part p "
        "LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1 WHERE p.number = ANY($2)",
        store_id,
        list(needed),
    )
    return any(row["free"] < needed[row["number"]] for row in rows)


async def _change(sql: str, store_id: int, part_id: int, quantity: int) -> bool:
    return await database.execute(sql, store_id, part_id, quantity) == "UPDATE 1"
