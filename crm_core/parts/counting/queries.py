"""Stock takes for screens. As long as somebody counts, nobody is told what the ledger says."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.counting.rules import CountState
from crm_core.parts.errors import StockTakeNotFound
from foundation.reading import Query, listed, literals, read_model

MOST: Final = 200


@read_model
class StockTakeRow:
    """A stock take in a list; `differing` is None as long as it is counted."""

    id: int
    store_id: int
    zone: str
    state: CountState
    lines: int
    counted: int
    differing: int | None
    made_by: str
    made_at: datetime
    booked_by: str | None
    ended_at: datetime | None
    version: int


@read_model
class StockTakeLineRow:
    """A part in a bin. `expected` is what the ledger said when it was counted; None as long as it is counted."""

    id: int
    part_number: str
    part: str
    bin: str
    counted: int | None
    expected: int | None
    counted_by: str | None
    reason: str


@read_model
class StockTakePage:
    """One stock take with its sheet, by bin."""

    id: int
    store_id: int
    zone: str
    state: CountState
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    booked_by: str | None
    ended_at: datetime | None
    version: int
    lines: list[StockTakeLineRow]


_COUNTING: Final = literals(CountState.COUNTING)
_LIST: Final = Query(
    StockTakeRow,
    f"""
    SELECT t.id, t.store_id, t.zone, t.state, count(l.id)::int AS lines, count(l.counted)::int AS counted,
      CASE WHEN t.state NOT IN ({_COUNTING})
        THEN (count(*) FILTER (WHERE l.counted IS DISTINCT FROM l.expected))::int END AS differing,
      m.name AS made_by, t.made_at, b.name AS booked_by, t.ended_at, t.version
    FROM stock_take t JOIN staff m ON m.id = t.made_by LEFT JOIN staff b ON b.id = t.booked_by
    LEFT JOIN stock_take_line l ON l.stock_take_id = t.id
    WHERE t.store_id = $1 GROUP BY t.id, m.name, b.name ORDER BY t.ended_at IS NOT NULL, t.id DESC LIMIT {MOST}
    """,
)
_ONE: Final = Query(
    StockTakePage,
    f"""
    SELECT t.id, t.store_id, t.zone, t.state, m.name AS made_by, t.made_at, t.finished_at, b.name AS booked_by,
      t.ended_at, t.version,
      (SELECT {
        listed(
            StockTakeLineRow,
            "l",
            order="l.bin, p.name, l.id",
            part_number="p.number",
            part="p.name",
            counted_by="f.name",
        )
    } FROM stock_take_line l JOIN part_stock s ON s.id = l.stock_id JOIN part p ON p.id = s.part_id
       LEFT JOIN staff f ON f.id = l.counted_by WHERE l.stock_take_id = t.id) AS lines
    FROM stock_take t JOIN staff m ON m.id = t.made_by LEFT JOIN staff b ON b.id = t.booked_by WHERE t.id = $1
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[StockTakeRow]:
    """A store's stock takes, those under way first."""
    authorise(actor, "parts.read_counts", subject(store_id=store_id))
    return await _LIST.all(store_id)


async def one(actor: Actor, stock_take_id: int) -> StockTakePage:
    """One stock take; blind as long as it is counted.

    Raises:
        StockTakeNotFound, NotAllowed.
    """
    page = shown_to(actor, "parts.read_counts", await _ONE.first(stock_take_id), StockTakeNotFound)
    if page.state is not CountState.COUNTING:
        return page
    return replace(page, lines=[replace(line, expected=None) for line in page.lines])
