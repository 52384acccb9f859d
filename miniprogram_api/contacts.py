"""Whom an owner can write to or phone: the advisor of the repair order, else their own advisor, and the store's
number.
"""

from crm_core.customers import own_record as customers
from crm_core.customers.own_record import Contact
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import queries as repair_orders
from foundation.web import Id, Schema
from miniprogram_api.login import api


class ContactQuery(Schema):
    """About a repair order, or a store; the owner's own advisor without either."""

    repair_order_id: Id | None = None
    store_id: Id | None = None


@api.get("/contact", summary="The advisor to write to and the number to phone")
async def contact(actor: Actor, query: ContactQuery) -> Contact:
    return await customers.contact(actor.id, *await _whose(actor, query))


async def _whose(actor: Actor, query: ContactQuery) -> tuple[int | None, int | None]:
    if query.repair_order_id is not None:
        order = await repair_orders.readable(actor, query.repair_order_id)
        return order.advisor_id, order.store_id
    if query.store_id is not None:
        return None, query.store_id
    mine = await customers.own_record(actor)
    return mine.advisor_id, mine.home_store_id
