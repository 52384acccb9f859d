"""Finding a Moment by its name."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_MOMENTS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="m.id",
            title="m.name",
            words="'企业朋友圈'",
            opens="'moment:' || m.id",
            state="m.state",
            at="coalesce(m.started_at, m.starts_at)",
        )
    }
    FROM moment m
    WHERE m.name ILIKE $2::text AND ($1::bigint[] IS NULL OR (m.store_ids IS NOT NULL AND m.store_ids <@ to_jsonb($1)))
    ORDER BY m.id DESC LIMIT {ENOUGH}
    """,
)


@findable("moment", action="campaigns.read")
async def moments(asked: Asked) -> list[Found]:
    """Moments all of whose stores the reader reaches, the newest first."""
    return [] if asked.part is None else await _MOMENTS.all(asked.stores, asked.part)
