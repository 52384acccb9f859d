"""留件: what a booking or an order was promised before anybody asks the store room for it.

A hold counts as reserved, so that a last part is promised once. The workshop's request takes it over when a job is
dispatched. Callers work in their own transaction.
"""

from collections.abc import Sequence
from typing import Final

from crm_core.parts import stock
from crm_core.parts.purchases import arriving
from foundation import clock, database
from foundation.refs import Ref

_KEPT: Final = """
SELECT p.id, p.number, coalesce(h.quantity, 0) AS held, coalesce(d.coming, 0)::int AS coming FROM part p
LEFT JOIN part_hold h ON h.part_id = p.id AND h.about = $1
LEFT JOIN (SELECT l.part_id, sum(d.quantity) AS coming FROM delivery_hold d
  JOIN purchase_line l ON l.id = d.purchase_line_id WHERE d.about = $1 GROUP BY 1) d ON d.part_id = p.id
WHERE p.number = ANY($2) OR h.id IS NOT NULL OR d.coming > 0 ORDER BY p.id
"""
"""SQL: the parts of these numbers, and those of which `about` holds pieces here or on their way."""


async def keep(about: Ref, store_id: int, part_numbers: Sequence[str]) -> bool:
    """Hold one piece for each number given and nothing else; what was held for other parts is free again, and so is
    what was held of a delivery for pieces that lie here.

    Returns whether everything is held. Parts that the catalogue does not track are not counted.
    """
    needed = stock.counted(part_numbers)
    known = await database.fetch(_KEPT, about, list(needed))
    await stock.lock(store_id, [row["id"] for row in known])
    # Read anew under the lock: a delivery that was just taken in may have put a piece on the shelf for `about`.
    rows = await database.fetch(_KEPT, about, list(needed))
    is_all_held = True
    for row in rows:
        wanted = needed.get(row["number"], 0)
        held = min(row["held"], wanted)
        if row["held"] > wanted:
            await stock.give_up(store_id, row["id"], row["held"] - wanted)
        while held < wanted and await stock.set_aside(store_id, row["id"], 1):
            held += 1
        is_all_held = is_all_held and held == wanted
        await _write(about, store_id, row["id"], held)
        if row["coming"] > wanted - held:
            await arriving.shrink(about, row["id"], wanted - held)
    return is_all_held


async def release(about: Ref, store_id: int) -> None:
    """Free everything that is held for `about`."""
    await keep(about, store_id, [])


async def pass_on(giver: Ref, taker: Ref) -> None:
    """What was held for a booking is held for its order, which holds nothing yet."""
    # First what is on its way: where it is just being taken in, this waits, and it lies on the shelf afterwards.
    await database.execute("UPDATE delivery_hold SET about = $2 WHERE about = $1", giver, taker)
    await database.execute("UPDATE part_hold SET about = $2 WHERE about = $1", giver, taker)


async def add(about: Ref, store_id: int, part_id: int, quantity: int) -> None:
    """Hold as many more free pieces as there are, up to `quantity`: what came of a delivery for `about`."""
    held = await database.fetch_value(
        "SELECT quantity FROM part_hold WHERE about = $1 AND part_id = $2", about, part_id
    )
    now_held = held or 0
    while quantity and await stock.set_aside(store_id, part_id, 1):
        now_held, quantity = now_held + 1, quantity - 1
    await _write(about, store_id, part_id, now_held)


async def take_over(about: Ref, store_id: int, part_id: int, quantity: int) -> bool:
    """Reserve pieces for a request of `about`: those it holds, and free ones for the rest.

    If there are not enough, nothing is reserved for the request, and the answer is False.
    """
    await stock.lock(store_id, [part_id])
    held = await database.fetch_value(
        "SELECT quantity FROM part_hold WHERE about = $1 AND part_id = $2 AND store_id = $3", about, part_id, store_id
    )
    taken = min(held or 0, quantity)
    if taken:
        await stock.give_up(store_id, part_id, taken)
        await _write(about, store_id, part_id, held - taken)
    return await stock.set_aside(store_id, part_id, quantity)


async def _write(about: Ref, store_id: int, part_id: int, quantity: int) -> None:
    if quantity == 0:
        await database.execute("DELETE FROM part_hold WHERE about = $1 AND part_id = $2", about, part_id)
        return
    await database.execute(
        "INSERT INTO part_hold (store_id, part_id, about, quantity, held_at) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (about, part_id) DO UPDATE SET quantity = $4",
        store_id,
        part_id,
        about,
        quantity,
        clock.now(),
    )
