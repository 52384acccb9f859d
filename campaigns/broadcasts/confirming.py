"""How fast the members of each store confirmed, for the chart of page M4."""

from typing import Final

from foundation.reading import Query, read_model


@read_model
class StoreConfirmation:
    """The members of one store with a task: how many, and after how many hours each of them confirmed their first.

    Members without a store stand under an empty name.
    """

    store_id: int | None
    store: str
    staff: int
    hours: list[float]


_OF_STORES: Final = Query(
    StoreConfirmation,
    """
    WITH member AS (
      SELECT b.staff_id, extract(epoch FROM min(b.confirmed_at) - c.started_at)::float8 / 3600 AS hours
      FROM send_task b JOIN broadcast c ON c.id = b.broadcast_id
      WHERE b.broadcast_id = $1 AND b.staff_id IS NOT NULL GROUP BY b.staff_id, c.started_at
    )
    SELECT s.store_id, coalesce(t.short_name, '') AS store, count(*) AS staff,
      coalesce(array_agg(greatest(m.hours, 0) ORDER BY m.hours) FILTER (WHERE m.hours IS NOT NULL), '{}') AS hours
    FROM member m JOIN staff s ON s.id = m.staff_id LEFT JOIN store t ON t.id = s.store_id
    GROUP BY s.store_id, t.short_name ORDER BY count(m.hours)::float8 / count(*), count(*) DESC, s.store_id
    """,
)


async def of_stores(broadcast_id: int) -> list[StoreConfirmation]:
    """Each store with tasks of a broadcast, the furthest behind first. Who may read the broadcast is asked before."""
    return await _OF_STORES.all(broadcast_id)
