"""Finding the people of a store."""

from typing import Any

from crm_core.dealerships.models import Role
from foundation import database


async def staff_with_role(role: Role, store_id: int) -> list[int]:
    """Ids of the active staff who hold `role` in the store, in a stable order."""
    rows = await database.fetch(
        "SELECT DISTINCT s.id FROM staff_role r JOIN staff s ON s.id = r.staff_id "
        "WHERE r.role = $1 AND r.store_id = $2 AND s.is_active ORDER BY s.id",
        role.value,
        store_id,
    )
    return [row["id"] for row in rows]


async def people_to_choose_from() -> list[dict[str, Any]]:
    """The first two active people of each role in each live store and the group's own, for the demo's sign-in."""
    return await database.fetch(
        "SELECT s.id, s.name, s.title, st.short_name AS store, array_agg(DISTINCT r.role) AS roles "
        "FROM (SELECT *, row_number() OVER (PARTITION BY role, store_id ORDER BY staff_id) AS n FROM staff_role) r "
        "JOIN staff s ON s.id = r.staff_id LEFT JOIN store st ON st.id = s.store_id "
        "WHERE s.is_active AND r.n <= 2 GROUP BY s.id, st.short_name "
        "ORDER BY min(r.store_id) NULLS LAST, s.id LIMIT 200"
    )
