"""Finding a bill: by the number of what it is for, by its car and by who pays."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_BILLS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="b.id",
            title="b.title",
            words="b.number",
            opens="'bill:' || b.id",
            state="b.state",
            at="b.created_at",
            store="s.short_name",
            customer_name="c.name",
            series="coalesce(m.series, '')",
            plate="coalesce(v.plate, '')",
            amount_fen="b.total_fen",
        )
    }
    FROM bill b JOIN store s ON s.id = b.store_id JOIN customer c ON c.id = b.customer_id
    LEFT JOIN vehicle v ON v.id = b.vehicle_id LEFT JOIN vehicle_model m ON m.id = v.model_id
    WHERE b.id = ANY(ARRAY(
        SELECT id FROM bill WHERE reverse(replace(number, '-', '')) LIKE reverse($2::text) || '%'
        UNION ALL SELECT id FROM bill WHERE vehicle_id = ANY($3::bigint[])
        UNION ALL SELECT id FROM bill WHERE customer_id = ANY($4::bigint[])
    )) AND ($1::bigint[] IS NULL OR b.store_id = ANY($1)) ORDER BY b.id DESC LIMIT {ENOUGH}
    """,
)


@findable("bill", action="bills.read")
async def bills(asked: Asked) -> list[Found]:
    """The newest bills the text may mean."""
    return await _BILLS.all(asked.stores, asked.forms.order, asked.vehicles, asked.customers)
