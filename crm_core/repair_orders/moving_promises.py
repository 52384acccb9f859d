"""承诺自动顺延: a promise that nobody moved in time moves by itself, and the owner is told at once with the reason.

The first promise is kept beside it and decides who was on time. After a few moves the order is left to people.
"""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import policy_of
from crm_core.repair_orders import overrun_rules
from crm_core.repair_orders.clocked import CLOCKED_SO_FAR
from crm_core.repair_orders.dispatch_rules import DispatchPolicy
from crm_core.repair_orders.models import PromiseChange, RepairOrder
from crm_core.repair_orders.order import OrderInHand, take
from crm_core.repair_orders.overrun_rules import MovingPromisePolicy
from crm_core.repair_orders.promises import IN_WORK, after_move, move_promise
from crm_core.repair_orders.risk_rules import REASONS, LineAtWork, Risk
from foundation import clock, database

BY_ITSELF: Final = system("moving_promise")
_CLOCKED: Final = f"""
SELECT l.id, {CLOCKED_SO_FAR.format(now="$2")} AS minutes FROM repair_line l WHERE l.repair_order_id = $1
"""


async def move_if_overrun(repair_order_id: int) -> None:
    """Move the promise of an order whose running job is over its time, if its time has nearly come."""
    async with database.transaction():
        hand = await take(BY_ITSELF, repair_order_id, "repair_orders.promise")
        order, now = hand.order, clock.now()
        if order.promised_finish_at is None or order.state not in IN_WORK:
            return
        policy = await policy_of(MovingPromisePolicy, order.store_id)
        is_kept = order.promise_kept_by is not None
        if not overrun_rules.is_due(order.promised_finish_at, now, is_said_to_be_kept=is_kept, policy=policy):
            return
        overrun_minutes = (await policy_of(DispatchPolicy, order.store_id)).overrun_minutes
        new_at = overrun_rules.overrun(await _lines(hand), order.promised_finish_at, now, policy, overrun_minutes)
        await _move(hand, new_at, Risk.OVERRUN, policy)


async def move_for_rework(hand: OrderInHand) -> None:
    """Move the promise of a locked order of which a job just failed the inspection, if it does not hold any more."""
    order = hand.order
    if order.promised_finish_at is None:
        return
    policy = await policy_of(MovingPromisePolicy, order.store_id)
    new_at = overrun_rules.rework(await _lines(hand), order.promised_finish_at, clock.now(), policy)
    await _move(hand, new_at, Risk.REWORK, policy)


async def _move(hand: OrderInHand, new_at: datetime | None, risk: Risk, policy: MovingPromisePolicy) -> None:
    if new_at is None or new_at <= clock.now() or await _moves(BY_ITSELF, hand.order) >= policy.most_moves:
        return
    sentence = await move_promise(BY_ITSELF, hand, new_at, REASONS[risk])
    await hand.note(BY_ITSELF, "promise_moved", f"承诺自动顺延：{sentence}", owner_text=sentence)
    await after_move(BY_ITSELF, hand, REASONS[risk])


async def _moves(actor: Actor, order: RepairOrder) -> int:
    return await PromiseChange.filter(repair_order_id=order.id, actor=str(actor)).count()


async def _lines(hand: OrderInHand) -> list[LineAtWork]:
    clocked = {row["id"]: row["minutes"] for row in await database.fetch(_CLOCKED, hand.order.id, clock.now())}
    return [
        LineAtWork(
            name=line.name,
            state=line.state,
            pause_reason=line.pause_reason,
            minutes=line.minutes,
            clocked_minutes=clocked.get(line.id, 0),
            fail_count=line.fail_count,
            planned_ends_at=line.planned_ends_at,
            parts_expected_at=line.parts_expected_at,
        )
        for line in hand.lines
    ]
