"""Finding a repair order: by its number or the end of it, by its car and its owner."""

from typing import Final

from crm_core.customers.finding import KEPT
from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_ORDERS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="r.id",
            title="r.number",
            words="r.owner_title",
            opens="'repair_order:' || r.id",
            state="r.state",
            at="r.opened_at",
            store="s.short_name",
            customer_name="c.name",
            series="m.series",
            plate="v.plate",
        )
    }
    FROM repair_order r JOIN store s ON s.id = r.store_id JOIN customer c ON c.id = r.customer_id
    JOIN vehicle v ON v.id = r.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE r.id = ANY(ARRAY(
        SELECT id FROM repair_order WHERE reverse(replace(number, '-', '')) LIKE reverse($3::text) || '%'
        UNION ALL SELECT id FROM repair_order WHERE vehicle_id = ANY($4::bigint[])
        UNION ALL SELECT id FROM repair_order WHERE customer_id = ANY($5::bigint[])
    )) AND ($1::bigint[] IS NULL OR r.store_id = ANY($1) OR {KEPT.format(customer="r.customer_id", me="$2::bigint[]")})
    ORDER BY r.id DESC LIMIT {ENOUGH}
    """,
)


@findable("repair_order", action="repair_orders.read")
async def repair_orders(asked: Asked) -> list[Found]:
    """The newest orders the text may mean."""
    return await _ORDERS.all(asked.stores, asked.own, asked.forms.order, asked.vehicles, asked.customers)
