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


async def receiver_for(staff_id: int) -> int | None:
    """Who gets what is said to this member: they themselves; of somebody who left, the one who leads their people.

    None when nobody leads them either.
    """
    row = await database.fetch_one(
        "SELECT s.is_active, s.store_id, EXISTS (SELECT FROM staff_role r WHERE r.staff_id = s.id "
        "  AND r.role IN ('SC', 'DCC', 'SM')) AS sells FROM staff s WHERE s.id = $1",
        staff_id,
    )
    if row is None or row["is_active"]:
        return staff_id
    for role in (Role.SM if row["sells"] else Role.SVM, Role.GM):
        if row["store_id"] is not None and (leads := await staff_with_role(role, row["store_id"])):
            return leads[0]
    return None


async def people_to_choose_from() -> list[dict[str, Any]]:
    """The first two active people of each role in each live store and the group's own, for the demo's sign-in."""
    return await database.fetch(
        "SELECT s.id, s.name, s.title, st.short_name AS store, array_agg(DISTINCT r.role) AS roles "
        "FROM (SELECT *, row_number() OVER (PARTITION BY role, store_id ORDER BY staff_id) AS n FROM staff_role) r "
        "JOIN staff s ON s.id = r.staff_id LEFT JOIN store st ON st.id = s.store_id "
        "WHERE s.is_active AND r.n <= 2 GROUP BY s.id, st.short_name "
        "ORDER BY min(r.store_id) NULLS LAST, s.id LIMIT 200"
    )
