"""Ends visits whose car is gone although nobody confirmed the hand-over, by what the database knows.

A car has left when its owner was given the key, when it was seen leaving, when it comes for another order, or when it
was paid a week ago and nobody said that it is still here. Two days after it left, an unconfirmed hand-over confirms
itself. If the owner objects, the hand-over stays open for the objection, but the visit counts and the car may come
again.
"""

from collections.abc import Awaitable, Callable

from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import in_store, per_store
from crm_core.repair_orders.events import CarCameAgain
from crm_core.repair_orders.hand_over import rules
from crm_core.repair_orders.hand_over.giving_back import end_visit, finish
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState, HowLeft
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from foundation import clock, database
from foundation.reading import literals

BATCH = 200
"""Visits ended per query; the job repeats the query until nothing is due."""
FORGOTTEN = system("hand_over_forgotten")
CAME_AGAIN = system("car_came_again")
PRESUMED = system("car_presumed_gone")

_LEFT = f"""
SELECT o.id FROM repair_order o JOIN hand_over h ON h.repair_order_id = o.id
WHERE o.state = {literals(HeaderState.PAID)}
  AND h.state IN ({literals(HandOverState.AWAITING_OWNER, HandOverState.DISPUTED)})
  AND h.left_at <= $1::timestamptz - make_interval(hours => {{after}})
ORDER BY o.id LIMIT {{batch}}
"""
_NEVER_OFFERED = f"""
SELECT o.id FROM repair_order o
WHERE o.state = {literals(HeaderState.PAID)} AND o.paid_at <= $1::timestamptz - make_interval(days => {{after}})
  AND NOT EXISTS (SELECT FROM hand_over h WHERE h.repair_order_id = o.id)
ORDER BY o.id LIMIT {{batch}}
"""


async def end_forgotten() -> int:
    """End the visits of cars that are gone, and return how many."""
    policies = await per_store(rules.HandOverPolicy)
    left = await _each(_LEFT, policies.as_json("auto_confirm_hours"), _end_left)
    gone = await _each(_NEVER_OFFERED, policies.as_json("presumed_left_days"), _end_presumed)
    return left + gone


async def on_car_came_again(event: CarCameAgain) -> None:
    """Runs inside the transaction that opens the new order: end the last visit, whose hand-over was not confirmed."""
    await _end(CAME_AGAIN, event.repair_order_id, HowLeft.CAME_AGAIN)


async def _end_left(repair_order_id: int) -> None:
    await _end(FORGOTTEN, repair_order_id, None)


async def _end_presumed(repair_order_id: int) -> None:
    await _end(PRESUMED, repair_order_id, HowLeft.PRESUMED)


async def _each(query: str, after: str, end: Callable[[int], Awaitable[None]]) -> int:
    due = query.format(after=in_store("$2", "o.store_id"), batch=BATCH)
    ended, now = 0, clock.now()
    while rows := await database.fetch(due, now, after):
        for row in rows:
            async with database.transaction():
                await end(row["id"])
        ended += len(rows)
    return ended


async def _end(actor: Actor, repair_order_id: int, how: HowLeft | None) -> None:
    """End one visit: confirm a waiting hand-over (not a disputed one), and store how we know that the car left."""
    await database.advisory_lock(f"hand-over:{repair_order_id}")
    hand_over = await HandOver.select_for_update().get_or_none(repair_order_id=repair_order_id)
    if hand_over is None:
        order = await RepairOrder.get(id=repair_order_id)
        if order.state is not HeaderState.PAID:
            return
        hand_over = _unwritten(order)
    if how is not None and hand_over.how_left is not HowLeft.SEEN:
        hand_over.left_at, hand_over.how_left = clock.now(), how
    if hand_over.state is HandOverState.AWAITING_OWNER:
        await finish(actor, hand_over, "auto_confirm")
    elif hand_over.state is HandOverState.NOT_READY:
        await finish(actor, hand_over, "presume_left")
    elif hand_over.state is HandOverState.DISPUTED:
        await hand_over.save()
        await end_visit(actor, hand_over)


def _unwritten(order: RepairOrder) -> HandOver:
    return HandOver(
        repair_order_id=order.id,
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        advisor_id=order.advisor_id,
        state=HandOverState.NOT_READY,
    )
