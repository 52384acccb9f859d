"""Finding a post by its name."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_POSTS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="p.id",
            title="p.name",
            words="'客户群群发'",
            opens="'group_post:' || p.id",
            state="p.state",
            at="coalesce(p.started_at, p.starts_at)",
        )
    }
    FROM group_post p
    WHERE p.name ILIKE $2::text AND ($1::bigint[] IS NULL OR (p.store_ids IS NOT NULL AND p.store_ids <@ to_jsonb($1)))
    ORDER BY p.id DESC LIMIT {ENOUGH}
    """,
)


@findable("group_post", action="campaigns.read")
async def posts(asked: Asked) -> list[Found]:
    """Posts all of whose stores the reader reaches, the newest first."""
    return [] if asked.part is None else await _POSTS.all(asked.stores, asked.part)
