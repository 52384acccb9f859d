"""Finding a segment by its name."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_SEGMENTS: Final = Query(
    Found,
    f"""
    SELECT {columns(id="g.id", title="g.name", words="u.name", opens="'segment:' || g.id", at="g.updated_at")}
    FROM segment g JOIN staff u ON u.id = g.updated_by
    WHERE g.archived_at IS NULL AND g.name ILIKE $2::text
      AND ($1::bigint[] IS NULL OR (g.store_ids IS NOT NULL AND g.store_ids <@ to_jsonb($1)))
    ORDER BY g.updated_at DESC, g.id DESC LIMIT {ENOUGH}
    """,
)


@findable("segment", action="segments.read")
async def segments(asked: Asked) -> list[Found]:
    """Saved segments all of whose stores the reader reaches, the last changed first."""
    return [] if asked.part is None else await _SEGMENTS.all(asked.stores, asked.part)
