"""Finding a request for an invoice by its company, its number, the bill's number, or its owner."""

from typing import Final

from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from crm_core.invoicing.rules import TitleKind
from foundation.reading import Query, literals

_COMPANY: Final = literals(TitleKind.COMPANY)
_REQUESTS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="i.id",
            title=f"CASE WHEN i.title_kind = {_COMPANY} THEN i.name ELSE '个人发票' END",
            words="coalesce(nullif(i.number, ''), b.number)",
            opens="'invoice_request:' || i.id",
            state="i.state",
            at="i.asked_at",
            store="s.short_name",
            customer_name="c.name",
            plate="coalesce(v.plate, '')",
            amount_fen="i.amount_fen",
        )
    }
    FROM invoice_request i JOIN bill b ON b.id = i.bill_id JOIN store s ON s.id = i.store_id
    JOIN customer c ON c.id = i.customer_id LEFT JOIN vehicle v ON v.id = b.vehicle_id
    WHERE i.id = ANY(ARRAY(
        SELECT id FROM invoice_request WHERE title_kind = {_COMPANY} AND name ILIKE $2::text
        UNION ALL SELECT id FROM invoice_request WHERE number <> '' AND number = $3::text
        UNION ALL SELECT n.id FROM invoice_request n JOIN bill p ON p.id = n.bill_id
                  WHERE reverse(replace(p.number, '-', '')) LIKE reverse($4::text) || '%'
        UNION ALL SELECT n.id FROM invoice_request n JOIN bill p ON p.id = n.bill_id
                  WHERE p.vehicle_id = ANY($5::bigint[])
        UNION ALL SELECT id FROM invoice_request WHERE customer_id = ANY($6::bigint[])
    )) AND ($1::bigint[] IS NULL OR i.store_id = ANY($1)) ORDER BY i.id DESC LIMIT {ENOUGH}
    """,
)


@findable("invoice_request", action="invoices.read")
async def invoice_requests(asked: Asked) -> list[Found]:
    """The newest requests that the text may mean. Titles of persons are not searched; a person's requests are found
    through the customer, whose name is masked.
    """
    number = "".join(asked.text.split())
    return await _REQUESTS.all(asked.stores, asked.part, number, asked.forms.order, asked.vehicles, asked.customers)
