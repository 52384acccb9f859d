"""承诺自动顺延: a promise that nobody moved in time moves by itself, and the owner is told at once with the reason.

The first promise is kept beside it and decides who was on time. After a few moves the order is left to people.
"""

from typing import Final

from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import policy_of
from crm_core.repair_orders import overrun_rules
from crm_core.repair_orders.clocked import CLOCKED_SO_FAR
from crm_core.repair_orders.house import house_of
from crm_core.repair_orders.models import PromiseChange, RepairOrder
from crm_core.repair_orders.order import OrderInHand, take
from crm_core.repair_orders.overrun_rules import MovingPromisePolicy
from crm_core.repair_orders.promises import IN_WORK, after_move, move_promise
from crm_core.repair_orders.risk_rules import REASONS, House, LineAtWork
from foundation import clock, database

BY_ITSELF: Final = system("moving_promise")
_CLOCKED: Final = f"""
SELECT l.id, {CLOCKED_SO_FAR.format(now="$2")} AS minutes FROM repair_line l WHERE l.repair_order_id = $1
"""


async def move_if_late(repair_order_id: int) -> None:
    """Move the promise of an order that will not be ready, if its time has nearly come; not while the store is shut."""
    async with database.transaction():
        hand = await take(BY_ITSELF, repair_order_id, "repair_orders.promise")
        order, now = hand.order, clock.now()
        if order.promised_finish_at is None or order.state not in IN_WORK:
            return
        policy = await policy_of(MovingPromisePolicy, order.store_id)
        is_kept = order.promise_kept_by is not None
        if overrun_rules.is_due(order.promised_finish_at, now, is_said_to_be_kept=is_kept, policy=policy):
            await _move(hand, await house_of(order.store_id), policy)


async def move_for_rework(hand: OrderInHand) -> None:
    """Move the promise of a locked order of which a job just failed the inspection, if it does not hold any more."""
    policy = await policy_of(MovingPromisePolicy, hand.order.store_id)
    await _move(hand, await house_of(hand.order.store_id), policy)


async def _move(hand: OrderInHand, house: House, policy: MovingPromisePolicy) -> None:
    order, now = hand.order, clock.now()
    is_open = house.open_time.has(now)
    if order.promised_finish_at is None or not is_open or await _moves(BY_ITSELF, order) >= policy.most_moves:
        return
    found = overrun_rules.new_promise(
        await _lines(hand),
        order.promised_finish_at,
        now,
        policy,
        waits_for_decision=hand.is_waiting_for_decision,
        house=house,
    )
    if found is None:
        return
    new_at, risk = found
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
