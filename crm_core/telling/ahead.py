"""Reads by which way an owner will be told what still lies ahead of their order, before a notice fails to arrive."""

from typing import Final

from crm_core.customers.models import IdentityKind
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import queries as repair_orders
from crm_core.telling import ahead_rules
from crm_core.telling.ahead_rules import Way
from crm_core.wording.catalogue import catalogue
from foundation.reading import Query, literals, read_model


@read_model
class WayAhead:
    """One kind of notice: its catalogue number `S-PROGRESS`, how it will arrive, and how many WeChat still allows."""

    notice: str
    way: Way
    accepts_left: int


@read_model
class _Order:
    customer_id: int
    has_phone: bool
    is_ready: bool
    is_billed: bool
    is_over: bool


@read_model
class _Accepts:
    template: str
    remaining: int


_ORDER: Final = Query(
    _Order,
    """
    SELECT r.customer_id, c.phone IS NOT NULL AS has_phone, r.ready_at IS NOT NULL AS is_ready,
           r.billed_at IS NOT NULL AS is_billed,
           r.voided_at IS NOT NULL OR r.delivered_at IS NOT NULL OR r.closed_at IS NOT NULL AS is_over
    FROM repair_order r JOIN customer c ON c.id = r.customer_id WHERE r.id = $1
    """,
)
_ACCEPTS: Final = Query(
    _Accepts,
    f"""
    SELECT a.template, sum(a.remaining)::int AS remaining FROM subscribe_allowance a
    JOIN identity i ON i.value = a.openid AND i.kind = {literals(IdentityKind.OPENID)}
    WHERE i.customer_id = $1 GROUP BY a.template
    """,
)


async def of_order(repair_order_id: int) -> list[WayAhead]:
    """How the owner will be told what may still come; nothing once the order is over."""
    order = await _ORDER.first(repair_order_id)
    if order is None:
        return []
    left = {each.template: each.remaining for each in await _ACCEPTS.all(order.customer_id)}
    notices = ahead_rules.lie_ahead(is_ready=order.is_ready, is_billed=order.is_billed, is_over=order.is_over)
    return [
        WayAhead(
            notice=catalogue().message(name).id,
            way=ahead_rules.way_of(left.get(name, 0), has_phone=order.has_phone),
            accepts_left=left.get(name, 0),
        )
        for name in notices
    ]


async def of_owner(actor: Actor, repair_order_id: int) -> list[WayAhead]:
    """The same for whom the notices go to; nothing for a relative who only sees the order.

    Raises:
        RepairOrderNotFound: not an order they may see.
    """
    order = await repair_orders.readable(actor, repair_order_id)
    return await of_order(repair_order_id) if order.customer_id == actor.id else []
