"""承诺: when the car will be ready. The first promise decides who was on time; a new one needs a reason for the
owner.
"""

from datetime import datetime, timedelta

from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import policy_of
from crm_core.repair_orders import notices, promise_rules, rules
from crm_core.repair_orders.board_rules import BoardPolicy
from crm_core.repair_orders.errors import PromiseInThePast
from crm_core.repair_orders.events import PromiseMoved
from crm_core.repair_orders.models import PromiseChange, RepairOrder
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.rules import IN_WORKSHOP, HeaderState, LineState
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

IN_WORK = IN_WORKSHOP - {HeaderState.READY}


async def change_promise(
    actor: Actor, repair_order_id: int, new_at: datetime, reason: str, *, expected_version: int | None = None
) -> RepairOrder:
    """Promise another time; the owner is told it with the reason. Promising the same time again changes nothing.

    Raises:
        IllegalMove: nothing was promised yet, or the car is ready.
        PromiseInThePast, StaleVersion.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.promise", expected_version=expected_version)
        if hand.order.state not in IN_WORK:
            raise hand.refusal("现在不能改承诺。")
        if new_at == hand.order.promised_finish_at:
            return hand.order
        sentence = await move_promise(actor, hand, new_at, reason)
        await hand.note(actor, "promise_moved", f"{actor.name} 改承诺：{sentence}", owner_text=sentence)
        await after_move(actor, hand, reason)
        return hand.order


async def move_promise(actor: Actor, hand: OrderInHand, new_at: datetime, reason: str) -> str:
    """Set a new promise on a locked order and return a sentence for the owner. The caller saves it with `note`.

    Raises:
        PromiseInThePast: the new time is not in the future.
    """
    order = hand.order
    if new_at <= clock.now():
        raise PromiseInThePast
    old_at = order.promised_finish_at or new_at
    change = promise_rules.promise_moved_to(new_at, order.first_promised_at or old_at, reason)
    order.promised_finish_at = new_at
    order.promise_reason = reason
    order.promise_kept_by = None
    await PromiseChange.create(
        repair_order_id=order.id, old_at=old_at, new_at=new_at, reason=reason, at=clock.now(), actor=str(actor)
    )
    await record(PromiseMoved(**event_facts(actor, order), old_at=old_at, new_at=new_at, reason=reason))
    return change.sentence


async def after_move(actor: Actor, hand: OrderInHand, reason: str) -> None:
    """Tell the owner of a promise that is later than the first one, and close the card that warned of it."""
    order = hand.order
    first, promised = order.first_promised_at, order.promised_finish_at
    if first is not None and promised is not None and promised > first:
        delay = round((promised - first) / timedelta(minutes=1))
        await notices.tell_progress(order, "postponed", reason=reason, delay_minutes=min(delay, 9999))
    await notices.close_card(Ref("repair_order", order.id), "promise_at_risk", "moved", actor)


async def keep_promise(actor: Actor, repair_order_id: int, *, expected_version: int | None = None) -> RepairOrder:
    """能按时: answer the warning card that the promise will be kept.

    Raises:
        IllegalMove: somebody answered already, or the car is ready.
        StaleVersion: another time may be promised now.
    """
    async with database.transaction():
        hand = await take(actor, repair_order_id, "repair_orders.promise", expected_version=expected_version)
        if hand.order.state not in IN_WORK:
            raise hand.refusal("现在不用确认承诺。")
        if hand.order.promise_kept_by is not None:
            raise hand.refusal("已经有人确认能按时。")
        hand.order.promise_kept_by = actor.id
        await hand.note(actor, "promise_kept", f"{actor.name} 确认能按时")
        await notices.close_card(Ref("repair_order", repair_order_id), "promise_at_risk", "keep", actor)
        return hand.order


async def warn(repair_order_id: int) -> None:
    """Warn the advisor and the controllers that an order is promised soon but not ready, and what it waits for."""
    async with database.transaction():
        hand = await take(system("promise_at_risk"), repair_order_id, "repair_orders.promise")
        order = hand.order
        due, policy = order.promised_finish_at, await policy_of(BoardPolicy, order.store_id)
        if order.state not in IN_WORK or due is None or due - clock.now() > timedelta(minutes=policy.warn_minutes):
            return
        ended = {LineState.QC_OK} | rules.ENDED_WITHOUT_WORK
        open_lines = [line for line in hand.lines if line.state not in ended]
        first = next((line for line in open_lines if line.state is not LineState.DONE), None)
        blocking = "、".join(line.name for line in open_lines) or order.owner_title
        expected = max((line.planned_ends_at for line in open_lines if line.planned_ends_at), default=due)
        technician = await notices.staff_name(first.technician_id if first else None)
        await notices.warn_of_promise(order, blocking, technician, max(expected, clock.now()))
