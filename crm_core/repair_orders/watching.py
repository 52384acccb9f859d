"""What a live page of an order's owner reads each time it looks: whether there is anything new, in one statement."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.event_log import OwnerEvent, events_for_owner
from crm_core.repair_orders.queries import MAY_SEE
from crm_core.repair_orders.sums import READER, SEES_SUMS
from foundation import clock
from foundation.reading import Query, read_model


@read_model
class _Watched:
    """How far an order is, and what this reader may see of it."""

    store_id: int
    last_event_no: int
    may_see: bool
    sees_sums: bool


_WATCHED = Query(
    _Watched,
    f"""
    SELECT r.store_id, r.last_event_no, coalesce({MAY_SEE}, false) AS may_see, {SEES_SUMS} AS sees_sums
    FROM repair_order r {READER} WHERE r.id = $1
    """,
)


async def news_for_owner(actor: Actor, repair_order_id: int, number: int) -> list[OwnerEvent]:
    """The events after `number`, oldest first. A page that is up to date costs one statement: thousands are open at
    once, and each looks again every few seconds whether or not anything happened.

    Raises:
        RepairOrderNotFound: none, or not theirs.
    """
    order = await _WATCHED.first(repair_order_id, actor.id, clock.today())
    if order is None:
        raise RepairOrderNotFound
    on = subject(store_id=order.store_id, customer_id=actor.id if order.may_see else None)
    authorise(actor, "repair_orders.read", on)
    if order.last_event_no <= number:
        return []
    return await events_for_owner(repair_order_id, number, sees_sums=order.sees_sums)
