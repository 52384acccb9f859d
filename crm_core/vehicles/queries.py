"""Cars for screens."""

from typing import Any

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, owners_own
from foundation import database

_CAR = """
SELECT v.id, v.vin, v.plate, m.series, m.trim, m.powertrain, v.mileage_km, v.mileage_on, v.last_service_on,
       v.next_service_due_on, v.insurance_ends_on, v.home_store_id, b.role,
       EXISTS (SELECT FROM binding o WHERE o.vehicle_id = v.id AND o.customer_id <> b.customer_id
               AND o.state = 'PENDING') AS is_claimed_by_another
FROM binding b JOIN vehicle v ON v.id = b.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
"""


async def bound_to(actor: Actor, customer_id: int) -> list[dict[str, Any]]:
    """The cars an account sees."""
    authorize(actor, "vehicles.read", owners_own(customer_id))
    return await database.fetch(f"{_CAR} WHERE b.customer_id = $1 AND b.state = 'BOUND' ORDER BY b.id", customer_id)


async def visits(actor: Actor, customer_id: int, vehicle_id: int) -> list[dict[str, Any]]:
    """What was done to a car here, newest first; an owner sees it from the day he was bound on."""
    authorize(actor, "vehicles.read", owners_own(customer_id))
    return await database.fetch(
        "SELECT sv.id, sv.visited_on, sv.km, sv.summary, sv.paid_fen, s.short_name AS store, sv.repair_order_id "
        "FROM service_visit sv LEFT JOIN store s ON s.id = sv.store_id "
        "WHERE sv.vehicle_id = $1 AND sv.customer_id = $2 ORDER BY sv.visited_on DESC, sv.id DESC LIMIT 50",
        vehicle_id,
        customer_id,
    )


async def visits_of_customer(customer_id: int, *, limit: int = 20) -> list[dict[str, Any]]:
    """His newest visits over all his cars; the caller has checked that the reader may see him."""
    return await database.fetch(
        "SELECT sv.id, sv.visited_on, sv.km, sv.summary, sv.paid_fen, s.short_name AS store, m.series "
        "FROM service_visit sv JOIN vehicle v ON v.id = sv.vehicle_id JOIN vehicle_model m ON m.id = v.model_id "
        "LEFT JOIN store s ON s.id = sv.store_id "
        "WHERE sv.customer_id = $1 ORDER BY sv.visited_on DESC, sv.id DESC LIMIT $2",
        customer_id,
        limit,
    )
