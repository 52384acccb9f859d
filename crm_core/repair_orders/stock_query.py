"""查库存: find parts by what people call them: a (partial) name, the job they are for, a model, or a part number."""

import unicodedata
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation.reading import Query, read_model

FOUND: Final = 20
"""As many as fit on a screen; another search word narrows the list."""


@read_model
class StockRow:
    """A part and its stock in one store. An empty `models` means that it fits all of them."""

    number: str
    name: str
    free: int
    """Pieces that are not set aside."""
    set_aside: int
    models: list[str]


# A part fits the models for which its jobs have their own price; if a price is for all models, it fits every model.
_FIND: Final = Query(
    StockRow,
    """
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
""",
)


async def find_stock(actor: Actor, store_id: int, text: str) -> list[StockRow]:
    """The parts in which every word of `text` occurs; an empty list for a text without words."""
    authorise(actor, "parts.read", subject(store_id=store_id))
    words = unicodedata.normalize("NFKC", text).lower().split()
    return await _FIND.all(store_id, words, FOUND) if words else []
