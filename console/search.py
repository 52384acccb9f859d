"""The search box: one text, and whatever it may be: a repair order, a car by plate or VIN, a phone, a person."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.customers import listing
from crm_core.customers.listing import CustomerRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import may_ever
from crm_core.repair_orders.finding import FoundOrder, find_orders
from foundation.reading import read_model
from foundation.web import Schema

CUSTOMERS_FOUND = 8
"""As many as fit beside the orders; the list of customers has the rest."""


class SearchQuery(Schema):
    """Part of a name or plate, a phone or its end, a VIN or its last six, a repair order's number or its end."""

    q: str = Field(min_length=1, max_length=listing.LONGEST_SEARCH)


@read_model
class FoundOut:
    """What the text may mean; `customers` is null for those who may not look for people."""

    repair_orders: list[FoundOrder]
    customers: list[CustomerRow] | None
    has_more_customers: bool


@api.get("/search", summary="Repair orders, cars and people a text may mean")
async def search(actor: Actor, query: SearchQuery) -> FoundOut:
    orders = [
        replace(order, customer_name=masked.name(actor, order.customer_name), plate=masked.plate(actor, order.plate))
        for order in await find_orders(actor, query.q)
    ]
    if not may_ever(actor, "customers.read"):
        return FoundOut(repair_orders=orders, customers=None, has_more_customers=False)
    page = await listing.list_customers(actor, search=query.q, limit=CUSTOMERS_FOUND)
    return FoundOut(repair_orders=orders, customers=page.items, has_more_customers=page.next_cursor is not None)
