"""Finding a colleague by name."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_STAFF: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="s.id",
            title="s.name",
            words="s.title",
            opens="'staff:' || s.id",
            state="CASE WHEN s.is_active THEN '' ELSE 'left' END",
            store="coalesce(t.short_name, '')",
        )
    }
    FROM staff s LEFT JOIN store t ON t.id = s.store_id
    WHERE s.name ILIKE $2::text AND ($1::bigint[] IS NULL OR s.store_id IS NULL OR s.store_id = ANY($1))
    ORDER BY s.is_active DESC, s.id LIMIT {ENOUGH}
    """,
)


@findable("staff", action="staff.read")
async def staff(asked: Asked) -> list[Found]:
    """Colleagues in the reader's stores; those who left come last."""
    return [] if asked.part is None else await _STAFF.all(asked.stores, asked.part)
