"""Whom an owner writes to or phones about a thing: the advisor of the order, else their own, and the store's number."""

from pydantic import Field

from crm_core.customers.models import Customer, Friendship
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff, Store
from crm_core.repair_orders import queries
from foundation.web import Schema
from miniprogram_api.login import api


class ContactQuery(Schema):
    """About a repair order, or a store; the owner's own advisor without either."""

    repair_order_id: int | None = Field(default=None, gt=0, lt=2**63)
    store_id: int | None = Field(default=None, gt=0, lt=2**63)


class ContactOut(Schema):
    """`chat_userid` names the chat when the two are WeCom friends; `phone` is the store's, as printed on its door."""

    advisor: str | None
    chat_userid: str | None
    store: str | None
    phone: str | None


@api.get("/contact", summary="The advisor to write to and the number to phone")
async def contact(actor: Actor, query: ContactQuery) -> ContactOut:
    advisor_id, store_id = await _whose(actor, query)
    advisor = await Staff.get_or_none(id=advisor_id, is_active=True) if advisor_id is not None else None
    store = await Store.get_or_none(id=store_id) if store_id is not None else None
    are_friends = advisor is not None and await Friendship.exists(
        customer_id=actor.id, staff_id=advisor.id, ended_at=None
    )
    return ContactOut(
        advisor=advisor.name if advisor else None,
        chat_userid=advisor.userid if advisor and are_friends else None,
        store=store.short_name if store else None,
        phone=(store.phone or None) if store else None,
    )


async def _whose(actor: Actor, query: ContactQuery) -> tuple[int | None, int | None]:
    if query.repair_order_id is not None:
        order = await queries.readable(actor, query.repair_order_id)
        return order.advisor_id, order.store_id
    if query.store_id is not None:
        return None, query.store_id
    customer = await Customer.get(id=actor.id)
    return customer.advisor_id, customer.home_store_id
