"""订货留件: pieces on their way that a booking is promised. Those who wait in the workshop come first.

The stock of a part is locked before the lines that bring it (`stock.lock`); callers work in their own transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from crm_core.parts import stock
from crm_core.parts.purchases import rules
from crm_core.parts.purchases.rules import ON_ITS_WAY, Coming
from crm_core.parts.rules import RequestState
from foundation import clock, database
from foundation.reading import Query, literals, read_model
from foundation.refs import Ref

_TO_COME: Final = (
    "purchase_line l JOIN purchase_order o ON o.id = l.purchase_id "
    f"AND o.state IN ({literals(*ON_ITS_WAY)}) AND l.arrived < l.quantity"
)


@read_model
class _Need:
    """A part that is needed: what is there for it (free or held for the asker), and how many the workshop waits for."""

    part_id: int
    number: str
    there: int
    held: int
    waiting: int


@read_model
class _Line:
    """What a line still brings, less what others hold of it."""

    id: int
    part_id: int
    eta: datetime | None
    quantity: int


_NEEDS = Query(
    _Need,
    f"""
    SELECT p.id AS part_id, p.number, coalesce(s.on_hand - s.reserved, 0) + coalesce(h.quantity, 0) AS there,
      coalesce(h.quantity, 0) AS held,
      coalesce((SELECT sum(q.quantity) FROM part_request q WHERE q.part_id = p.id AND q.store_id = $1
                AND q.state IN ({literals(RequestState.BACKORDERED)})), 0)::int AS waiting
    FROM part p
    LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1
    LEFT JOIN part_hold h ON h.part_id = p.id AND h.store_id = $1 AND h.about = $3
    WHERE p.number = ANY($2) ORDER BY p.id
    """,
)
_LINES = Query(
    _Line,
    f"""
    SELECT l.id, l.part_id, l.eta, l.quantity - l.arrived - coalesce((SELECT sum(d.quantity) FROM delivery_hold d
      WHERE d.purchase_line_id = l.id AND d.about <> $3), 0)::int AS quantity
    FROM {_TO_COME} WHERE o.store_id = $1 AND l.part_id = ANY($2) ORDER BY l.eta, l.id
    """,
)


async def covered_at(store_id: int, part_numbers: Sequence[str], *, held_for: Ref | None = None) -> datetime | None:
    """When everything that is short has come with what is ordered; None if it is not all ordered, or has no time."""
    needed = stock.counted(part_numbers)
    needs = await _NEEDS.all(store_id, list(needed), held_for or "")
    left = await _left(store_id, needs, held_for)
    times = [rules.covered_at(needed[each.number] - each.there, left[each.part_id])
             for each in needs if needed[each.number] > each.there]  # fmt: skip
    known = [time for time in times if time is not None]
    return max(known) if known and len(known) == len(times) else None


async def hold(about: Ref, store_id: int, part_numbers: Sequence[str], *, before: datetime) -> datetime | None:
    """Hold pieces that come before `before`, for what is not held on the shelf.

    Returns when the last of them comes; None if not everything is covered, of which what can be is held all the same.
    """
    needed = stock.counted(part_numbers)
    await stock.lock_numbers(store_id, part_numbers)
    await database.execute(
        f"SELECT FROM {_TO_COME} JOIN part p ON p.id = l.part_id WHERE o.store_id = $1 AND p.number = ANY($2) "
        "ORDER BY l.id FOR NO KEY UPDATE OF l",
        store_id,
        list(needed),
    )
    await database.execute("DELETE FROM delivery_hold WHERE about = $1", about)
    needs = await _NEEDS.all(store_id, list(needed), about)
    left = await _left(store_id, needs, about)
    latest, is_covered = clock.now(), True
    for each in needs:
        missing = needed[each.number] - each.held
        times = {one.line_id: one.eta for one in left[each.part_id]}
        held = rules.to_hold(missing, left[each.part_id], before)
        for line_id, count in held:
            latest = max(latest, times[line_id] or latest)
            await _write(about, line_id, count)
        is_covered = is_covered and sum(count for _, count in held) >= missing
    return latest if is_covered else None


async def shrink(about: Ref, part_id: int, most: int) -> None:
    """Let go of what `about` holds on its way of a part, beyond `most` pieces."""
    rows = await database.fetch(
        "SELECT d.id, d.quantity FROM delivery_hold d JOIN purchase_line l ON l.id = d.purchase_line_id "
        "WHERE d.about = $1 AND l.part_id = $2 ORDER BY d.id FOR UPDATE OF d",
        about,
        part_id,
    )
    for row in rows:
        kept = min(row["quantity"], most)
        most -= kept
        if kept < row["quantity"]:
            await _keep(row["id"], kept)


async def taken_off(purchase_line_id: int, quantity: int) -> list[tuple[Ref, int]]:
    """Who held pieces of a line of which so many came, and how many of them are theirs now: who asked first is first.
    They hold them on the way no longer.
    """
    rows = await database.fetch(
        "SELECT id, about, quantity FROM delivery_hold WHERE purchase_line_id = $1 ORDER BY id FOR UPDATE",
        purchase_line_id,
    )
    taken: list[tuple[Ref, int]] = []
    for row in rows:
        count = min(row["quantity"], quantity)
        quantity -= count
        if count:
            taken.append((Ref.parse(row["about"]), count))
            await _keep(row["id"], row["quantity"] - count)
    return taken


async def drop(purchase_line_ids: Sequence[int]) -> None:
    """Nothing more comes with these lines."""
    await database.execute("DELETE FROM delivery_hold WHERE purchase_line_id = ANY($1)", list(purchase_line_ids))


async def _left(store_id: int, needs: Sequence[_Need], about: Ref | None) -> Mapping[int, list[Coming]]:
    lines = await _LINES.all(store_id, [each.part_id for each in needs], about or "")
    by_part: dict[int, list[Coming]] = {each.part_id: [] for each in needs}
    for line in lines:
        by_part[line.part_id].append(Coming(line.id, line.eta, line.quantity))
    return {each.part_id: rules.left_over(each.waiting, by_part[each.part_id]) for each in needs}


async def _keep(hold_id: int, quantity: int) -> None:
    if quantity:
        await database.execute("UPDATE delivery_hold SET quantity = $2 WHERE id = $1", hold_id, quantity)
    else:
        await database.execute("DELETE FROM delivery_hold WHERE id = $1", hold_id)


async def _write(about: Ref, line_id: int, quantity: int) -> None:
    await database.execute(
        "INSERT INTO delivery_hold (purchase_line_id, about, quantity, held_at) VALUES ($1, $2, $3, $4)",
        line_id,
        about,
        quantity,
        clock.now(),
    )
