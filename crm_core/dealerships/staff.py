"""Finding the people of a store."""

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
