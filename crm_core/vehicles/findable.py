"""Finding a car by part of its plate, by its VIN or by the end of its VIN. The result opens the page of the car's
owner, or of its newest visit for readers who may not see customers.
"""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from crm_core.dealerships.permissions import may_ever
from foundation.reading import Query

_PAGE: Final = "coalesce(CASE WHEN $3::boolean THEN 'customer:' || o.customer_id END, 'repair_order:' || r.id, '')"
_CARS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="v.id",
            title="m.series || ' ' || m.trim",
            opens='''CASE WHEN $3::boolean THEN coalesce('customer:' || o.customer_id, 'repair_order:' || r.id, '')
                          ELSE coalesce('repair_order:' || r.id, '') END''',
            store="coalesce(s.short_name, '')",
            customer_name="coalesce(c.name, '')",
            series="m.series",
            plate="v.plate",
            vin="v.vin",
        )
    }
    FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id LEFT JOIN store s ON s.id = v.home_store_id
    LEFT JOIN LATERAL (
        SELECT customer_id FROM ownership WHERE vehicle_id = v.id AND until_on IS NULL ORDER BY role, id LIMIT 1
    ) o ON true
    LEFT JOIN customer c ON c.id = o.customer_id
    LEFT JOIN LATERAL (
        SELECT repair_order_id AS id FROM service_visit
        WHERE vehicle_id = v.id AND repair_order_id IS NOT NULL ORDER BY visited_on DESC, id DESC LIMIT 1
    ) r ON true
    WHERE v.id = ANY($2::bigint[]) AND ($1::bigint[] IS NULL OR v.home_store_id IS NULL OR v.home_store_id = ANY($1))
    ORDER BY v.id DESC LIMIT {ENOUGH}
    """,
)


@findable("vehicle", action="vehicles.read")
async def vehicles(asked: Asked) -> list[Found]:
    """The newest cars that the text may mean."""
    return await _CARS.all(asked.stores, asked.vehicles, may_ever(asked.actor, "customers.read"))
