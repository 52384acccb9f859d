"""客户群 M8: the groups in which members talk with several customers."""

from pydantic import Field

from console.sign_in import api
from crm_core.customers.groups import queries
from crm_core.customers.groups.queries import CustomerGroupRow
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Page, Schema


class CustomerGroupQuery(Schema):
    """Which ones, and after which to continue; `q` is part of the group's or its owner's name."""

    q: str = Field(default="", max_length=40)
    has_ended: bool = False
    cursor: Cursor | None = None


@api.get("/customer-groups", summary="Customer groups of the reader's stores, the newest first")
async def customer_groups(actor: Actor, query: CustomerGroupQuery) -> Page[CustomerGroupRow]:
    rows = await queries.of_reader(
        actor,
        search=query.q,
        has_ended=query.has_ended,
        before_id=int(query.cursor) if query.cursor else None,
        limit=queries.PAGE + 1,
    )
    items = rows[: queries.PAGE]
    return Page[CustomerGroupRow](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)
