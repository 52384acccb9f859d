"""Finding a broadcast by its name or its segment's."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_BROADCASTS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="b.id",
            title="b.name",
            words="b.segment_name",
            opens="'broadcast:' || b.id",
            state="b.state",
            at="coalesce(b.started_at, b.starts_at, b.created_at)",
        )
    }
    FROM broadcast b
    WHERE (b.name ILIKE $2::text OR b.segment_name ILIKE $2)
      AND ($1::bigint[] IS NULL OR (b.store_ids IS NOT NULL AND b.store_ids <@ to_jsonb($1)))
    ORDER BY b.id DESC LIMIT {ENOUGH}
    """,
)


@findable("broadcast", action="campaigns.read")
async def broadcasts(asked: Asked) -> list[Found]:
    """Broadcasts all of whose stores the reader reaches, the newest first."""
    return [] if asked.part is None else await _BROADCASTS.all(asked.stores, asked.part)
