"""Finding a complaint by its car or its customer; unsettled ones come first."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from crm_core.surveys.rules import ComplaintState
from foundation.reading import Query, literals

_COMPLAINTS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="k.id",
            title="left(k.body, 40)",
            opens="'complaint:' || k.id",
            state="k.state",
            at="k.opened_at",
            store="s.short_name",
            customer_name="c.name",
            series="m.series",
            plate="v.plate",
        )
    }
    FROM complaint k JOIN store s ON s.id = k.store_id JOIN customer c ON c.id = k.customer_id
    JOIN vehicle v ON v.id = k.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    WHERE k.id = ANY(ARRAY(
        SELECT id FROM complaint WHERE vehicle_id = ANY($2::bigint[])
        UNION ALL SELECT id FROM complaint WHERE customer_id = ANY($3::bigint[])
    )) AND ($1::bigint[] IS NULL OR k.store_id = ANY($1))
    ORDER BY k.state = {literals(ComplaintState.CLOSED)}, k.id DESC LIMIT {ENOUGH}
    """,
)


@findable("complaint", action="surveys.read")
async def complaints(asked: Asked) -> list[Found]:
    """The newest complaints of the customers and cars that the text may mean."""
    return await _COMPLAINTS.all(asked.stores, asked.vehicles, asked.customers)
