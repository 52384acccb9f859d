"""The search box: one text, and whatever it may be: a repair order, a car by plate or VIN, a phone, a person."""

from datetime import datetime

from pydantic import Field

from console import masked
from console.customers import CustomerRowOut, customer_row
from console.sign_in import api
from crm_core.customers import listing
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import may_ever
from crm_core.repair_orders.finding import find_orders
from foundation.web import Schema

CUSTOMERS_FOUND = 8
"""As many as fit beside the orders; the list of customers has the rest."""


class SearchQuery(Schema):
    """Part of a name or plate, a phone or its end, a VIN or its last six, a repair order's number or its end."""

    q: str = Field(min_length=1, max_length=listing.LONGEST_SEARCH)


class FoundOrderOut(Schema):
    """A repair order; name and plate are masked by role."""

    id: int
    number: str
    store: str
    state: str
    title: str
    customer_name: str
    plate: str
    series: str
    opened_at: datetime


class FoundOut(Schema):
    """What the text may mean; `customers` is null for those who may not look for people."""

    repair_orders: list[FoundOrderOut]
    customers: list[CustomerRowOut] | None
    has_more_customers: bool


@api.get("/search", summary="Repair orders, cars and people a text may mean")
async def search(actor: Actor, query: SearchQuery) -> FoundOut:
    orders = [
        FoundOrderOut(
            id=order.id,
            number=order.number,
            store=order.store,
            state=order.state,
            title=order.title,
            customer_name=masked.name(actor, order.customer_name),
            plate=masked.plate(actor, order.plate),
            series=order.series,
            opened_at=order.opened_at,
        )
        for order in await find_orders(actor, query.q)
    ]
    if not may_ever(actor, "customers.read"):
        return FoundOut(repair_orders=orders, customers=None, has_more_customers=False)
    page = await listing.list_customers(actor, search=query.q, limit=CUSTOMERS_FOUND)
    people = [customer_row(row) for row in page.items]
    return FoundOut(repair_orders=orders, customers=people, has_more_customers=page.next_cursor is not None)
