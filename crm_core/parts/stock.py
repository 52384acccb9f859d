"""Pieces on the shelf. What is reserved changes by one SQL statement with a condition, so that the last piece goes to
one job only; what lies there changes by a movement, whose trigger keeps the balances of the bin and of the store.

The row of the store's stock is the lock of its bins. Who takes several parts locks them first with `lock`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from crm_core.parts import cost_rules
from crm_core.parts.rules import StockMoveKind, from_bins
from foundation import clock, database
from foundation.reading import literals
from foundation.refs import Ref


@dataclass(frozen=True)
class Cause:
    """Why pieces move, who moved them, and what one of them cost, if that is known."""

    kind: StockMoveKind
    about: Ref | None = None
    by_id: int | None = None
    cost_fen: int | None = None


_HANDED_OUT: Final = literals(StockMoveKind.ISSUED, StockMoveKind.RETURNED)


async def lock(store_id: int, part_ids: Sequence[int], *, and_store_id: int | None = None) -> None:
    """Lock the stock of several parts, in another store too if one is named, in the one order in which everybody does,
    so that no two wait for each other. A part that the store never had has a row from now on: without one there would
    be nothing to wait for, and its first delivery would pass by whoever asks for it at that moment.
    """
    await database.execute(
        "INSERT INTO part_stock (store_id, part_id, on_hand, reserved) "
        "SELECT s.id, p.id, 0, 0 FROM unnest(ARRAY[$1, $3]::bigint[]) AS s (id), unnest($2::bigint[]) AS p (id) "
        "WHERE s.id IS NOT NULL AND NOT EXISTS (SELECT FROM part_stock k WHERE k.store_id = s.id AND k.part_id = p.id) "
        "ORDER BY p.id, s.id ON CONFLICT (part_id, store_id) DO NOTHING",
        store_id,
        list(part_ids),
        and_store_id,
    )
    await database.execute(
        "SELECT FROM part_stock WHERE store_id IN ($1, $3) AND part_id = ANY($2) ORDER BY part_id, store_id FOR UPDATE",
        store_id,
        list(part_ids),
        and_store_id,
    )


async def lock_numbers(store_id: int, part_numbers: Sequence[str]) -> None:
    """The same for parts of which the numbers are known."""
    rows = await database.fetch("SELECT id FROM part WHERE number = ANY($1)", list(part_numbers))
    await lock(store_id, [row["id"] for row in rows])


async def free(store_id: int, part_id: int) -> int:
    """How many pieces nobody has reserved."""
    found = await database.fetch_value(
        "SELECT on_hand - reserved FROM part_stock WHERE store_id = $1 AND part_id = $2", store_id, part_id
    )
    return found or 0


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


async def hand_out(store_id: int, part_id: int, quantity: int, cause: Cause) -> bool:
    """Take reserved pieces off the shelf. If not so many are reserved, nothing changes and the answer is False."""
    if not await give_up(store_id, part_id, quantity):
        return False
    stock_id = await _stock_id(store_id, part_id)
    cause = replace(cause, cost_fen=(await averages([stock_id])).get(stock_id))
    rows = await database.fetch("SELECT bin, on_hand FROM part_bin WHERE stock_id = $1", stock_id)
    for name, count in from_bins(((row["bin"], row["on_hand"]) for row in rows), quantity):
        await _move(stock_id, name, -count, cause)
    return True


async def put_in(store_id: int, part_id: int, quantity: int, cause: Cause, bin_name: str | None = None) -> None:
    """Put pieces into a bin; by default where pieces of the part lie already. If they cost something, so does the
    average.
    """
    await lock(store_id, [part_id])
    stock_id = await _stock_id(store_id, part_id)
    if bin_name is None:
        usual = "SELECT bin FROM part_bin WHERE stock_id = $1 ORDER BY bin = '', on_hand DESC, bin LIMIT 1"
        bin_name = await database.fetch_value(usual, stock_id) or ""
    if cause.cost_fen is not None:
        await _reckon(stock_id, quantity, cause.cost_fen)
    await _move(stock_id, bin_name, quantity, cause)


async def opening(stock_id: int, bin_name: str, quantity: int, by_id: int | None) -> int:
    """Write opening stock that a dealer brings; an import that is taken back deletes this movement, by its id."""
    return await _move(stock_id, bin_name, quantity, Cause(StockMoveKind.OPENING, None, by_id))


async def put_back(store_id: int, part_id: int, about: Ref, by_id: int | None) -> None:
    """Put pieces that were handed out for `about` back where they were taken from. A delivery for it moved pieces, too,
    and is no part of that.
    """
    rows = await database.fetch(
        f"SELECT bin, cost_fen, -sum(quantity) AS out FROM stock_movement WHERE about = $1 AND kind IN ({_HANDED_OUT}) "
        "GROUP BY bin, cost_fen HAVING sum(quantity) < 0 ORDER BY bin, cost_fen",
        about,
    )
    for row in rows:
        cause = Cause(StockMoveKind.RETURNED, about, by_id, row["cost_fen"])
        await put_in(store_id, part_id, row["out"], cause, row["bin"])


async def change_bin(store_id: int, part_id: int, from_bin: str, to_bin: str, quantity: int, by_id: int) -> bool:
    """Carry pieces from one bin to another. If not so many lie there, nothing changes and the answer is False."""
    await lock(store_id, [part_id])
    stock_id = await database.fetch_value(
        "SELECT b.stock_id FROM part_bin b JOIN part_stock s ON s.id = b.stock_id "
        "WHERE s.store_id = $1 AND s.part_id = $2 AND b.bin = $3 AND b.on_hand >= $4",
        store_id,
        part_id,
        from_bin,
        quantity,
    )
    if stock_id is None:
        return False
    cause = Cause(StockMoveKind.MOVED, None, by_id)
    # What is reserved must be there at any moment, so the pieces arrive before they leave.
    await _move(stock_id, to_bin, quantity, cause)
    await _move(stock_id, from_bin, -quantity, cause)
    return True


async def in_bin(stock_id: int, bin_name: str) -> int:
    """How many pieces the ledger has in a bin."""
    sql = "SELECT on_hand FROM part_bin WHERE stock_id = $1 AND bin = $2"
    return await database.fetch_value(sql, stock_id, bin_name) or 0


async def adjust(stock_id: int, bin_name: str, pieces: int, cause: Cause) -> bool:
    """Put the ledger right by so many pieces. If fewer than these lie in the bin, or are promised to nobody, nothing
    changes and the answer is False. The caller has locked the stock.
    """
    if pieces < 0:
        unreserved = await database.fetch_value("SELECT on_hand - reserved FROM part_stock WHERE id = $1", stock_id)
        if min(unreserved, await in_bin(stock_id, bin_name)) < -pieces:
            return False
    await _move(stock_id, bin_name, pieces, cause)
    return True


async def averages(stock_ids: Sequence[int]) -> Mapping[int, int]:
    """What a piece costs on average, by stock; without those of which nobody said."""
    sql = "SELECT id, average_fen FROM part_stock WHERE id = ANY($1) AND average_fen IS NOT NULL"
    return {row["id"]: row["average_fen"] for row in await database.fetch(sql, list(stock_ids))}


async def average(store_id: int, part_id: int) -> int | None:
    """What a piece costs on average in a store; None if nobody said."""
    sql = "SELECT average_fen FROM part_stock WHERE store_id = $1 AND part_id = $2"
    found: int | None = await database.fetch_value(sql, store_id, part_id)
    return found


async def are_short(store_id: int, part_numbers: Sequence[str], *, held_for: Ref | None = None) -> bool:
    """Whether fewer pieces are free than these jobs need, one piece for each number given.

    What is held for `held_for` counts as free. Empty numbers, and parts that the catalogue does not track, never count
    as short.
    """
    needed = counted(part_numbers)
    rows = await database.fetch(
        "SELECT p.number, coalesce(s.on_hand - s.reserved, 0) + coalesce(h.quantity, 0) AS free FROM part p "
        "LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1 "
        "LEFT JOIN part_hold h ON h.part_id = p.id AND h.store_id = $1 AND h.about = $3 WHERE p.number = ANY($2)",
        store_id,
        list(needed),
        held_for or "",
    )
    return any(row["free"] < needed[row["number"]] for row in rows)


def counted(part_numbers: Sequence[str]) -> Mapping[str, int]:
    """How many pieces of each part are needed: one for each time it is named."""
    return Counter(number for number in part_numbers if number)


async def _move(stock_id: int, bin_name: str, quantity: int, cause: Cause) -> int:
    made = await database.fetch_value(
        "INSERT INTO stock_movement (stock_id, bin, kind, quantity, about, by_id, at, cost_fen) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        stock_id,
        bin_name,
        cause.kind.value,
        quantity,
        cause.about or "",
        cause.by_id,
        clock.now(),
        cause.cost_fen,
    )
    assert isinstance(made, int)
    return made


async def _reckon(stock_id: int, quantity: int, cost_fen: int) -> None:
    row = await database.fetch_one("SELECT on_hand, average_fen FROM part_stock WHERE id = $1", stock_id)
    assert row is not None
    new = cost_rules.average(row["on_hand"], row["average_fen"], quantity, cost_fen)
    await database.execute("UPDATE part_stock SET average_fen = $2 WHERE id = $1", stock_id, new)


async def _stock_id(store_id: int, part_id: int) -> int:
    found = await database.fetch_value(
        "SELECT id FROM part_stock WHERE store_id = $1 AND part_id = $2", store_id, part_id
    )
    assert isinstance(found, int)
    return found


async def _change(sql: str, store_id: int, part_id: int, quantity: int) -> bool:
    return await database.execute(sql, store_id, part_id, quantity) == "UPDATE 1"
