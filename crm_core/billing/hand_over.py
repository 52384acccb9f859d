"""维修交车: the advisor gives everything back, the owner confirms once, or the clock does when the car has left."""

from datetime import timedelta
from typing import Any

from crm_core.billing import rules
from crm_core.billing.errors import HandOverNotFound, HandOverNotReady, TooLateToDispute
from crm_core.billing.events import HandOverConfirmed, HandOverDisputed, HandOverOffered
from crm_core.billing.models import Bill, HandOver
from crm_core.billing.paying import PAID
from crm_core.billing.rules import HandOverFacts, HandOverState
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorize, subject
from crm_core.repair_orders import settlement
from crm_core.repair_orders.models import Payer, RepairOrder
from crm_core.surveys import asking, complaints
from crm_core.vehicles.bindings import is_bound
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state

BATCH = 200
"""Forgotten hand-overs confirmed by one run; the next beat takes the rest."""
CONFIRMED = (HandOverState.CONFIRMED, HandOverState.AUTO_CONFIRMED)
FORGOTTEN = system("hand_over_forgotten")


async def offer(
    actor: Actor,
    repair_order_id: int,
    *,
    is_key_given: bool,
    are_old_parts_settled: bool,
    is_settlement_sheet_given: bool,
) -> HandOver:
    """The advisor gave back key, old parts and settlement sheet; the owner is asked to confirm. Again is harmless.

    Raises:
        HandOverNotReady: not paid, or something is not given back; the sentence says what.
    """
    async with database.transaction():
        order = await _order(repair_order_id)
        authorize(actor, "hand_over.offer", subject(store_id=order.store_id))
        bill = await Bill.get_or_none(repair_order_id=repair_order_id, payer=Payer.CP)
        facts = HandOverFacts(
            is_paid=bill is not None and bill.state in PAID,
            is_key_given=is_key_given,
            are_old_parts_settled=are_old_parts_settled,
            is_settlement_sheet_given=is_settlement_sheet_given,
        )
        blocker = rules.hand_over_blocker(facts)
        if blocker:
            raise HandOverNotReady(blocker)
        await database.advisory_lock(f"hand-over:{repair_order_id}")
        hand_over = await HandOver.get_or_none(repair_order_id=repair_order_id)
        if hand_over is not None:
            return hand_over
        old_parts = "旧件（您选了带走）" if order.keeps_old_parts else "旧件（您选了不带走）"
        hand_over = await HandOver.create(
            repair_order_id=repair_order_id,
            store_id=order.store_id,
            customer_id=order.customer_id,
            vehicle_id=order.vehicle_id,
            advisor_id=order.advisor_id,
            state=next_state(rules.HAND_OVER_MOVES, HandOverState.NOT_READY, "offer", "SA"),
            handed_over=f"钥匙、{old_parts}、结算单",
            offered_at=clock.now(),
        )
        await record(HandOverOffered(**_facts(str(actor), hand_over)))
        return hand_over


async def note_departure(actor: Actor, repair_order_id: int) -> HandOver:
    """The car was seen leaving; two days later a forgotten hand-over confirms itself.

    Raises:
        HandOverNotFound: nothing was handed over yet.
    """
    async with database.transaction():
        hand_over = await _locked(actor, repair_order_id, "hand_over.offer")
        hand_over.left_at = hand_over.left_at or clock.now()
        await hand_over.save()
        return hand_over


async def confirm(actor: Actor, repair_order_id: int) -> HandOver:
    """The owner has his car. A second tap returns the first one's time and is no second event.

    Raises:
        HandOverNotFound: not offered, another's car, or an account that is no longer bound to it.
    """
    async with database.transaction():
        hand_over = await _locked(actor, repair_order_id, "hand_over.confirm")
        if hand_over.state in CONFIRMED:
            return hand_over
        if not await is_bound(vehicle_id=hand_over.vehicle_id, customer_id=hand_over.customer_id):
            raise HandOverNotFound
        hand_over.openid = actor.openid
        await _confirm(actor, hand_over, "confirm", "OWN")
        return hand_over


async def dispute(actor: Actor, repair_order_id: int, reason: str) -> HandOver:
    """The owner objects, before he confirms or within seven days after; somebody else than his advisor takes it up.

    Raises:
        TooLateToDispute, HandOverNotFound, IllegalMove.
    """
    async with database.transaction():
        hand_over = await _locked(actor, repair_order_id, "hand_over.dispute")
        since = hand_over.confirmed_at or hand_over.offered_at
        if since is None or not rules.may_dispute(since, clock.now()):
            raise TooLateToDispute
        if hand_over.state is HandOverState.DISPUTED:
            return hand_over
        hand_over.state = next_state(rules.HAND_OVER_MOVES, hand_over.state, "dispute", "OWN")
        hand_over.disputed_at, hand_over.dispute_reason = clock.now(), reason[:200]
        hand_over.version += 1
        await hand_over.save()
        await record(HandOverDisputed(**_facts(str(actor), hand_over)))
        await complaints.open_complaint(
            actor,
            about=f"hand_over:{hand_over.id}",
            source="取车异议",
            store_id=hand_over.store_id,
            customer_id=hand_over.customer_id,
            vehicle_id=hand_over.vehicle_id,
            repair_order_id=repair_order_id,
            advisor_id=hand_over.advisor_id,
            body=reason or "对取车有异议",
        )
        return hand_over


async def auto_confirm_due() -> int:
    """Confirm what was forgotten after the car had left; marked differently. Returns how many."""
    left_before = clock.now() - timedelta(hours=rules.DEFAULT_POLICY.auto_confirm_hours)
    due = await HandOver.filter(state=HandOverState.AWAITING_OWNER, left_at__lte=left_before).limit(BATCH)
    for hand_over in due:
        async with database.transaction():
            locked = await HandOver.select_for_update().get(id=hand_over.id)
            if locked.state is HandOverState.AWAITING_OWNER:
                await _confirm(FORGOTTEN, locked, "auto_confirm", "SYS")
    return len(due)


async def _confirm(actor: Actor, hand_over: HandOver, action: str, role: str) -> None:
    is_first = hand_over.confirmed_at is None
    hand_over.state = next_state(rules.HAND_OVER_MOVES, hand_over.state, action, role)
    hand_over.confirmed_at = hand_over.confirmed_at or clock.now()
    hand_over.version += 1
    await hand_over.save()
    if not is_first:
        return  # An objection was settled: the car had been handed over before.
    await settlement.record_delivered(actor, hand_over.repair_order_id)
    await record(
        HandOverConfirmed(**_facts(str(actor), hand_over), is_automatic=hand_over.state is HandOverState.AUTO_CONFIRMED)
    )
    await asking.schedule(
        repair_order_id=hand_over.repair_order_id,
        store_id=hand_over.store_id,
        customer_id=hand_over.customer_id,
        vehicle_id=hand_over.vehicle_id,
        advisor_id=hand_over.advisor_id,
        delivered_at=hand_over.confirmed_at,
    )


async def _order(repair_order_id: int) -> RepairOrder:
    order = await RepairOrder.get_or_none(id=repair_order_id)
    if order is None:
        raise HandOverNotFound
    return order


async def _locked(actor: Actor, repair_order_id: int, action: str) -> HandOver:
    hand_over = await HandOver.select_for_update().get_or_none(repair_order_id=repair_order_id)
    if hand_over is None:
        raise HandOverNotFound
    authorize(actor, action, subject(store_id=hand_over.store_id, customer_id=hand_over.customer_id))
    return hand_over


def _facts(actor: str, hand_over: HandOver) -> dict[str, Any]:
    return {
        "actor": actor,
        "customer_id": hand_over.customer_id,
        "store_id": hand_over.store_id,
        "hand_over_id": hand_over.id,
        "repair_order_id": hand_over.repair_order_id,
    }
