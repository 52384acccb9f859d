"""查库存: find parts by what people call them: a (partial) name, the job they are for, a model, or a part number; and
the card of one part: where it lies, for whom it is kept, how it moved.
"""

import unicodedata
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.parts.coming import COMING
from crm_core.parts.errors import PartNotFound
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.parts.transfers.rules import PartTransferState
from crm_core.repair_orders.staff_models import AlternativeRow, BinRow
from foundation.reading import Query, listed, literals, read_model

FOUND: Final = 20
"""As many as fit on a screen; another search word narrows the list."""
MOVEMENTS: Final = 50
"""As many movements as a card shows: weeks of an ordinary part."""


@read_model
class StockRow:
    """A part and its stock in one store. An empty `models` means that it fits all of them."""

    number: str
    name: str
    free: int
    """Pieces that are not set aside."""
    set_aside: int
    coming: int
    """Pieces on their way from a supplier or another store."""
    coming_at: datetime | None
    """When the first of them are expected."""
    models: list[str]
    bins: list[BinRow]
    alternatives: list[AlternativeRow]
    """What may stand in for it and lies here, if it is short itself."""


@read_model
class HeldPiece:
    """Pieces kept for somebody: the order or booking in words, and whether the store room has its request already."""

    about: str
    quantity: int
    is_requested: bool


@read_model
class OnTheWay:
    """Pieces in transit: those that come (`source` names the purchase order or transfer), or that were sent to another
    store (negative) and not counted there yet.
    """

    source: str
    quantity: int
    eta: datetime | None


@read_model
class Movement:
    """A line of 库存流水; `by` is empty where no member of staff moved them."""

    id: int
    at: datetime
    kind: StockMoveKind
    bin: str
    quantity: int
    by: str
    about: str


@read_model
class StockCard:
    """A part in one store. The sum of the bins is `on_hand`; the sum of what is kept is `set_aside`."""

    number: str
    name: str
    on_hand: int
    set_aside: int
    bins: list[BinRow]
    kept: list[HeldPiece]
    on_the_way: list[OnTheWay]
    movements: list[Movement]


_BINS: Final = (
    f"(SELECT {listed(BinRow, 'w', order='w.bin')} FROM part_bin w WHERE w.stock_id = s.id AND w.on_hand > 0) AS bins"
)


def brought_by(request: str) -> str:
    """SQL for what brings the part of a request (an alias) that waits, at the time its order was told."""
    return (
        f"(SELECT c.source FROM {COMING} c WHERE c.part_id = {request}.part_id AND c.store_id = {request}.store_id "
        f"AND c.eta = {request}.expected_at AND {request}.state IN ({literals(RequestState.BACKORDERED)}) "
        "ORDER BY c.source LIMIT 1)"
    )


def standing_in(part_id: str, store_id: str, when: str, series: str = "a.series") -> str:
    """SQL for the alternatives of the part `part_id` (an expression) that lie free in a store or another one of the
    group, or are coming, if `when` is true.

    For one car, those for its `series` or for all.
    """
    return (
        f"(SELECT {listed(AlternativeRow, 'i', order='i.number')} FROM ("
        "SELECT e.number, e.name, coalesce(k.on_hand - k.reserved, 0) AS free, a.series, o.elsewhere, "
        "coalesce(w.coming, 0) AS coming, w.coming_at FROM part_alternative a "
        f"JOIN part e ON e.id = CASE WHEN a.part_id = {part_id} THEN a.other_id ELSE a.part_id END AND e.is_active "
        f"LEFT JOIN part_stock k ON k.part_id = e.id AND k.store_id = {store_id} "
        "CROSS JOIN LATERAL (SELECT coalesce(sum(x.on_hand - x.reserved), 0)::int AS elsewhere FROM part_stock x "
        f"JOIN store y ON y.id = x.store_id AND y.is_live WHERE x.part_id = e.id AND x.store_id <> {store_id}) o "
        f"CROSS JOIN LATERAL (SELECT sum(c.quantity)::int AS coming, min(c.eta) AS coming_at FROM {COMING} c "
        f"WHERE c.part_id = e.id AND c.store_id = {store_id}) w "
        f"WHERE {when} AND a.is_active AND (a.part_id = {part_id} OR (a.both_ways AND a.other_id = {part_id})) "
        f"AND a.series IN ('', {series}) AND (k.on_hand > k.reserved OR o.elsewhere > 0 OR w.coming > 0)) i)"
    )


# A part fits the models for which its jobs have their own price; if a price is for all models, it fits every model.
_FIND: Final = Query(
    StockRow,
    """
SELECT p.number, p.name, coalesce(s.on_hand - s.reserved, 0) AS free, coalesce(s.reserved, 0) AS set_aside,
  coalesce(way.coming, 0) AS coming, way.coming_at, coalesce(fit.models, '{}') AS models, """
    + _BINS
    + ", "
    + standing_in("p.id", "$1", "coalesce(s.on_hand - s.reserved, 0) <= 0")
    + """ AS alternatives
FROM part p
LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1
LEFT JOIN LATERAL (
  SELECT string_agg(DISTINCT i.name, ' ') AS jobs,
    array_agg(DISTINCT pr.series) FILTER (WHERE pr.series <> '') AS models, bool_or(pr.series = '') AS fits_all
  FROM service_item i JOIN item_price pr ON pr.item_id = i.id WHERE i.part_number = p.number
) fit ON true
LEFT JOIN LATERAL (
  SELECT sum(c.quantity)::int AS coming, min(c.eta) AS coming_at FROM """
    + COMING
    + """ c WHERE c.part_id = p.id AND c.store_id = $1
) way ON true
CROSS JOIN LATERAL (
  SELECT lower(normalize(concat_ws(' ', p.number, replace(p.number, '-', ''), p.name, fit.jobs,
    array_to_string(fit.models, ' '),
    CASE WHEN fit.fits_all THEN (SELECT string_agg(DISTINCT series, ' ') FROM vehicle_model) END), NFKC)) AS words
) known
WHERE (SELECT bool_and(position(word IN known.words) > 0) FROM unnest($2::text[]) word)
ORDER BY lower(p.number) = $2[1] DESC, p.name, p.number LIMIT $3
""",
)


_CARD: Final = Query(
    StockCard,
    f"""
SELECT p.number, p.name, coalesce(s.on_hand, 0) AS on_hand, coalesce(s.reserved, 0) AS set_aside, {_BINS},
  (SELECT {listed(HeldPiece, "k", order="k.about")} FROM (
    SELECT coalesce(r.number, '预约 ' || to_char(a.starts_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI')) AS about,
      h.quantity, false AS is_requested
    FROM part_hold h
    LEFT JOIN repair_order r ON h.about = 'repair_order:' || r.id
    LEFT JOIN appointment a ON h.about = 'appointment:' || a.id
    WHERE h.part_id = p.id AND h.store_id = $1
    UNION ALL
    SELECT r.number, q.quantity, true FROM part_request q JOIN repair_order r ON r.id = q.repair_order_id
    WHERE q.part_id = p.id AND q.store_id = $1 AND q.state IN ({literals(RequestState.RESERVED)})) k) AS kept,
  (SELECT {listed(OnTheWay, "w", order="w.eta, w.source")} FROM (
    SELECT c.source, c.quantity, c.eta FROM {COMING} c WHERE c.part_id = p.id AND c.store_id = $1
    UNION ALL
    SELECT 'part_transfer:' || t.id, -l.given, t.eta
    FROM part_transfer t JOIN part_transfer_line l ON l.transfer_id = t.id AND l.part_id = p.id AND l.given > 0
    WHERE t.from_store_id = $1 AND t.state IN ({literals(PartTransferState.SENT)})) w) AS on_the_way,
  (SELECT {listed(Movement, "m", order="m.id DESC")} FROM (
    SELECT v.id, v.at, v.kind, v.bin, v.quantity, coalesce(f.name, '') AS by,
      CASE WHEN v.about LIKE 'purchase_order:%' THEN '采购单 ' || substr(v.about, 16)
        WHEN v.about LIKE 'part_transfer:%' THEN '调拨单 ' || substr(v.about, 15)
        WHEN v.about LIKE 'stock_take:%' THEN '盘点单 ' || substr(v.about, 12) ELSE coalesce(r.number, '') END AS about
    FROM stock_movement v LEFT JOIN staff f ON f.id = v.by_id
    LEFT JOIN part_request q ON v.about = 'part_request:' || q.id
    LEFT JOIN repair_order r ON r.id = q.repair_order_id
    WHERE v.stock_id = s.id ORDER BY v.id DESC LIMIT $3) m) AS movements
FROM part p LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1 WHERE p.number = $2
""",
)


async def stock_card(actor: Actor, store_id: int, part_number: str) -> StockCard:
    """The card of one part in one store, with its newest movements.

    Raises:
        PartNotFound: the catalogue has no such number.
    """
    authorise(actor, "parts.read", subject(store_id=store_id))
    card = await _CARD.first(store_id, part_number, MOVEMENTS)
    if card is None:
        raise PartNotFound
    return card


async def find_stock(actor: Actor, store_id: int, text: str) -> list[StockRow]:
    """The parts in which every word of `text` occurs; an empty list for a text without words."""
    authorise(actor, "parts.read", subject(store_id=store_id))
    words = unicodedata.normalize("NFKC", text).lower().split()
    return await _FIND.all(store_id, words, FOUND) if words else []
