"""Customers whose consultant or advisor has left the company."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import LEAVER, MOST, LeftBehind
from crm_core.dealerships.leavers import left_behind as of_room
from foundation.reading import Query

_CUSTOMERS = Query(
    LeftBehind,
    f"""
    SELECT 'customer' AS kind, c.id, c.name AS words, {LEAVER}, r.role, c.version,
      NULL::bigint AS order_id
    FROM customer c
    CROSS JOIN LATERAL (VALUES ('consultant', c.consultant_id), ('advisor', c.advisor_id)) AS r(role, staff_id)
    JOIN staff s ON s.id = r.staff_id
    WHERE c.home_store_id = $1 AND c.merged_into_id IS NULL AND c.erased_at IS NULL AND NOT s.is_active
    ORDER BY s.id, c.id, r.role LIMIT {MOST}
    """,
)


async def left_behind(actor: Actor, store_id: int) -> list[LeftBehind]:
    """The store's customers who need another consultant or advisor.

    Raises:
        NotAllowed: the actor leads nobody in this store.
    """
    return await of_room(actor, store_id, _CUSTOMERS)
