"""Open orders whose advisor has left the company, and jobs whose technician has."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import LEAVER, MOST, NO_MORE, LeftBehind
from crm_core.dealerships.leavers import left_behind as of_room
from crm_core.repair_orders.rules import IN_HAND, OVER
from foundation.reading import Query, literals

_ORDERS = Query(
    LeftBehind,
    f"""
    SELECT 'repair_order' AS kind, r.id, r.number AS words, {LEAVER}, {NO_MORE}
    FROM repair_order r JOIN staff s ON s.id = r.advisor_id
    WHERE r.store_id = $1 AND r.state NOT IN ({literals(*OVER)}) AND NOT s.is_active
    ORDER BY s.id, r.id LIMIT {MOST}
    """,
)
_JOBS = Query(
    LeftBehind,
    f"""
    SELECT 'job' AS kind, l.id, l.name AS words, {LEAVER},
      '' AS role, 0 AS version, l.repair_order_id AS order_id
    FROM repair_line l JOIN repair_order r ON r.id = l.repair_order_id JOIN staff s ON s.id = l.technician_id
    WHERE r.store_id = $1 AND l.state IN ({literals(*IN_HAND)}) AND NOT s.is_active
    ORDER BY s.id, l.id LIMIT {MOST}
    """,
)


async def left_behind(actor: Actor, store_id: int) -> list[LeftBehind]:
    """The store's open orders whose advisor has left, and its jobs whose technician has.

    Raises:
        NotAllowed: the actor leads nobody in this store.
    """
    orders = await of_room(actor, store_id, _ORDERS)
    return orders + await of_room(actor, store_id, _JOBS)
