"""Finding a disputed line by the bill's number, its car, its owner, or the words of the line."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query

_DISPUTES: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="d.id",
            title="d.name",
            words="b.number",
            opens="'bill_dispute:' || d.id",
            state="d.state",
            at="d.raised_at",
            store="s.short_name",
            customer_name="c.name",
            plate="coalesce(v.plate, '')",
            amount_fen="d.amount_fen",
        )
    }
    FROM bill_dispute d JOIN bill b ON b.id = d.bill_id JOIN store s ON s.id = d.store_id
    JOIN customer c ON c.id = d.customer_id LEFT JOIN vehicle v ON v.id = b.vehicle_id
    WHERE d.id = ANY(ARRAY(
        SELECT id FROM bill_dispute WHERE name ILIKE $2::text
        UNION ALL SELECT n.id FROM bill_dispute n JOIN bill p ON p.id = n.bill_id
                  WHERE reverse(replace(p.number, '-', '')) LIKE reverse($3::text) || '%'
        UNION ALL SELECT n.id FROM bill_dispute n JOIN bill p ON p.id = n.bill_id
                  WHERE p.vehicle_id = ANY($4::bigint[])
        UNION ALL SELECT id FROM bill_dispute WHERE customer_id = ANY($5::bigint[])
    )) AND ($1::bigint[] IS NULL OR d.store_id = ANY($1)) ORDER BY d.id DESC LIMIT {ENOUGH}
    """,
)


@findable("bill_dispute", action="bill_disputes.read")
async def bill_disputes(asked: Asked) -> list[Found]:
    """The newest disputes that the text may mean."""
    return await _DISPUTES.all(asked.stores, asked.part, asked.forms.order, asked.vehicles, asked.customers)
