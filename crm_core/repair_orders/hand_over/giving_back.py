"""维修交车: the advisor gives everything back and the owner confirms; if they forget, `leaving` ends the visit."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders import settlement
from crm_core.repair_orders.hand_over import rules
from crm_core.repair_orders.hand_over.errors import HandOverNotFound, HandOverNotReady
from crm_core.repair_orders.hand_over.events import HandOverConfirmed, HandOverEventFacts, HandOverOffered
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverFacts, HandOverState, HowLeft
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys import asking
from crm_core.vehicles.bindings import is_bound
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state

OVER = (HandOverState.CONFIRMED, HandOverState.AUTO_CONFIRMED, HandOverState.SETTLED)


async def offer(
    actor: Actor,
    repair_order_id: int,
    *,
    is_key_given: bool,
    are_old_parts_settled: bool,
    is_settlement_sheet_given: bool,
    are_valuables_given: bool = True,
) -> HandOver:
    """The advisor gave back key, old parts, settlement sheet and what lay in the car; the owner is asked to confirm.

    With the key the car counts as left, and two days later an unconfirmed hand-over confirms itself. Calling this again
    is harmless.

    Raises:
        HandOverNotReady: it is not paid, or something was not given back; the sentence says what.
    """
    async with database.transaction():
        order = await _order(repair_order_id)
        authorise(actor, "hand_over.offer", subject(store_id=order.store_id))
        facts = HandOverFacts(
            is_paid=order.paid_at is not None,
            is_key_given=is_key_given,
            are_old_parts_settled=are_old_parts_settled,
            is_settlement_sheet_given=is_settlement_sheet_given,
            are_valuables_given=are_valuables_given,
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
            state=next_state(rules.HAND_OVER_MOVES, HandOverState.NOT_READY, "offer"),
            handed_over=f"钥匙、{old_parts}、结算单、车内物品",
            offered_at=clock.now(),
            left_at=clock.now(),
            how_left=HowLeft.KEY,
        )
        await record(HandOverOffered(**facts_of(actor, hand_over)))
        return hand_over


async def note_departure(actor: Actor, repair_order_id: int) -> HandOver:
    """Note that the car was seen leaving. This is more certain than that its key was given, so the two days run from
    now.

    Raises:
        HandOverNotFound: nothing was handed over yet.
    """
    async with database.transaction():
        hand_over = await take_hand_over(actor, repair_order_id, "hand_over.offer")
        if hand_over.how_left is not HowLeft.SEEN:
            hand_over.left_at, hand_over.how_left = clock.now(), HowLeft.SEEN
            await hand_over.save()
        return hand_over


async def confirm(actor: Actor, repair_order_id: int) -> HandOver:
    """The owner confirms that they have their car. A second tap changes nothing and records no second event.

    Raises:
        HandOverNotFound: it was not offered, is another owner's, or the account is no longer bound to the car.
    """
    async with database.transaction():
        hand_over = await take_hand_over(actor, repair_order_id, "hand_over.confirm")
        if hand_over.state in OVER:
            return hand_over
        if not await is_bound(vehicle_id=hand_over.vehicle_id, customer_id=hand_over.customer_id):
            raise HandOverNotFound
        hand_over.openid = actor.openid
        await finish(actor, hand_over, "confirm")
        return hand_over


async def finish(actor: Actor, hand_over: HandOver, action: str) -> None:
    """Confirm a locked hand-over by `action`, and end the visit if it has not ended yet."""
    is_first = hand_over.confirmed_at is None
    hand_over.state = next_state(rules.HAND_OVER_MOVES, hand_over.state, action)
    hand_over.confirmed_at = hand_over.confirmed_at or clock.now()
    hand_over.version += 1
    await hand_over.save()
    await end_visit(actor, hand_over)
    if is_first:
        is_automatic = hand_over.state is HandOverState.AUTO_CONFIRMED
        await record(HandOverConfirmed(**facts_of(actor, hand_over), is_automatic=is_automatic))
    await ask_how_it_was(hand_over)


async def end_visit(actor: Actor, hand_over: HandOver) -> None:
    """The car is gone, so the visit counts, the next service is predicted and the car may come again. This happens only
    once, whatever the result of an objection. The caller has locked the hand-over.
    """
    if await RepairOrder.exists(id=hand_over.repair_order_id, state=HeaderState.PAID):
        await settlement.record_delivered(actor, hand_over.repair_order_id)


async def ask_how_it_was(hand_over: HandOver) -> None:
    """Schedule the survey of the visit, only once."""
    await asking.schedule(
        repair_order_id=hand_over.repair_order_id,
        store_id=hand_over.store_id,
        customer_id=hand_over.customer_id,
        vehicle_id=hand_over.vehicle_id,
        advisor_id=hand_over.advisor_id,
        delivered_at=clock.now(),
    )


async def _order(repair_order_id: int) -> RepairOrder:
    order = await RepairOrder.get_or_none(id=repair_order_id)
    if order is None:
        raise HandOverNotFound
    return order


async def take_hand_over(actor: Actor, repair_order_id: int, action: str) -> HandOver:
    """Lock the hand-over and check the permission.

    Raises:
        HandOverNotFound: nothing was given back yet.
        NotAllowed: the actor may not do this.
    """
    hand_over = await HandOver.select_for_update().get_or_none(repair_order_id=repair_order_id)
    if hand_over is None:
        raise HandOverNotFound
    authorise(actor, action, subject(store_id=hand_over.store_id, customer_id=hand_over.customer_id))
    return hand_over


def facts_of(actor: Actor, hand_over: HandOver) -> HandOverEventFacts:
    """The facts for `events.HandOverEvent`."""
    return HandOverEventFacts(
        actor=str(actor),
        customer_id=hand_over.customer_id,
        store_id=hand_over.store_id,
        hand_over_id=hand_over.id,
        repair_order_id=hand_over.repair_order_id,
    )
