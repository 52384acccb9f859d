"""查库存: parts found as people call them: a name or a piece of it, the job it is for, a model, a part number."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import database

FOUND: Final = 20
"""As many as fit on a screen; one more word narrows it."""

# A part fits the models its jobs have a price of their own for; a price for all models fits every one.
_FIND: Final = """
SELECT p.number, p.name, coalesce(s.on_hand - s.reserved, 0) AS free, coalesce(s.reserved, 0) AS set_aside,
  coalesce(fit.models, '{}') AS models
FROM part p
LEFT JOIN part_stock s ON s.part_id = p.id AND s.store_id = $1
LEFT JOIN LATERAL (
  SELECT string_agg(DISTINCT i.name, ' ') AS jobs,
    array_agg(DISTINCT pr.series) FILTER (WHERE pr.series <> '') AS models, bool_or(pr.series = '') AS fits_all
  FROM service_item i JOIN item_price pr ON pr.item_id = i.id WHERE i.part_number = p.number
) fit ON true
CROSS JOIN LATERAL (
  SELECT lower(normalize(concat_ws(' ', p.number, replace(p.number, '-', ''), p.name, fit.jobs,
    array_to_string(fit.models, ' '),
    CASE WHEN fit.fits_all THEN (SELECT string_agg(DISTINCT series, ' ') FROM vehicle_model) END), NFKC)) AS words
) known
WHERE (SELECT bool_and(position(word IN known.words) > 0) FROM unnest($2::text[]) word)
ORDER BY lower(p.number) = $2[1] DESC, p.name, p.number LIMIT $3
"""


@dataclass(frozen=True)
class StockRow:
    """A part and its pieces in one store; no `models` means all of them."""

    number: str
    name: str
    free: int
    """Pieces nobody has set aside."""
    set_aside: int
    models: list[str]


async def find_stock(actor: Actor, store_id: int, text: str) -> list[StockRow]:
    """The parts in which every word of `text` occurs; none for a text without words."""
    authorise(actor, "parts.read", subject(store_id=store_id))
    words = unicodedata.normalize("NFKC", text).lower().split()
    rows = await database.fetch(_FIND, store_id, words, FOUND) if words else []
    return [StockRow(**row) for row in rows]
