"""What the page of an order asks its owner, so that the next notice reaches them another way too."""

from crm_core.dealerships.actors import Actor
from crm_core.reach import asking
from crm_core.reach import queries as reach
from crm_core.reach.errors import NotToBeAsked
from crm_core.reach.queries import NOTHING_ASKED, OwnAsk
from crm_core.reach.rules import AskAnswer, AskKind
from crm_core.repair_orders import queries as repair_orders


async def of_owner(actor: Actor, repair_order_id: int) -> OwnAsk:
    """The one right question for whom the notices go to; nothing for a relative who only sees the order.

    Raises:
        RepairOrderNotFound: not an order they may see.
    """
    order = await repair_orders.readable(actor, repair_order_id)
    return await reach.own_ask(actor, order.store_id) if order.customer_id == actor.id else NOTHING_ASKED


async def answer(actor: Actor, repair_order_id: int, kind: AskKind, said: AskAnswer) -> OwnAsk:
    """Record their answer; returns what the page shows then.

    Raises:
        RepairOrderNotFound: not an order they may see.
        NotToBeAsked: it does not ask them, or not this.
    """
    order = await repair_orders.readable(actor, repair_order_id)
    if order.customer_id != actor.id:
        raise NotToBeAsked
    await asking.answer_own(actor, order.store_id, kind, said)
    return await reach.own_ask(actor, order.store_id)
