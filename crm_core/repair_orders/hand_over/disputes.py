"""取车异议: the owner objects to how the car came back; somebody other than their advisor settles it."""

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import SameHands
from crm_core.policies.current import policy_of
from crm_core.repair_orders.hand_over import rules
from crm_core.repair_orders.hand_over.errors import TooLateToDispute
from crm_core.repair_orders.hand_over.events import HandOverDisputed, HandOverSettled
from crm_core.repair_orders.hand_over.giving_back import ask_how_it_was, end_visit, facts_of, take_hand_over
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.surveys import asking, complaints
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def dispute(actor: Actor, repair_order_id: int, reason: str) -> HandOver:
    """The owner objects, before they confirm or within some days after. Somebody other than their advisor takes it up,
    and the owner is not surveyed until it is settled.

    Raises:
        TooLateToDispute, HandOverNotFound, IllegalMove.
    """
    async with database.transaction():
        hand_over = await take_hand_over(actor, repair_order_id, "hand_over.dispute")
        since = hand_over.confirmed_at or hand_over.offered_at
        policy = await policy_of(rules.HandOverPolicy, hand_over.store_id)
        if since is None or not rules.may_dispute(since, clock.now(), policy):
            raise TooLateToDispute(f"已超过 {policy.dispute_days} 天。仍不满意，可在「我的 → 投诉与建议」里写。")
        if hand_over.state is HandOverState.DISPUTED:
            return hand_over
        hand_over.state = next_state(rules.HAND_OVER_MOVES, hand_over.state, "dispute")
        hand_over.disputed_at, hand_over.dispute_reason = clock.now(), reason[:200]
        hand_over.version += 1
        await hand_over.save()
        await asking.take_back(repair_order_id)
        await record(HandOverDisputed(**facts_of(actor, hand_over)))
        await complaints.open_complaint(
            actor,
            about=Ref("hand_over", hand_over.id),
            source="取车异议",
            store_id=hand_over.store_id,
            customer_id=hand_over.customer_id,
            vehicle_id=hand_over.vehicle_id,
            repair_order_id=repair_order_id,
            advisor_id=hand_over.advisor_id,
            body=reason or "对取车有异议",
        )
        return hand_over


async def settle(
    actor: Actor, repair_order_id: int, resolution: str, *, expected_version: int | None = None
) -> HandOver:
    """End the objection as agreed with the owner (返修, 退款, 说明清楚). This also ends the visit if it was still open,
    and the owner gets the usual survey. A repetition with the same words is harmless.

    Raises:
        SameHands: the objection is about the actor's own work.
        IllegalMove: there is no objection.
        HandOverNotFound, StaleVersion.
    """
    async with database.transaction():
        hand_over = await take_hand_over(actor, repair_order_id, "hand_over.settle")
        if actor.id == hand_over.advisor_id:
            raise SameHands
        if hand_over.state is HandOverState.SETTLED and hand_over.resolution == resolution:
            return hand_over
        if expected_version is not None and hand_over.version != expected_version:
            raise StaleVersion(current_version=hand_over.version, current_state=hand_over.state.value)
        hand_over.state = next_state(rules.HAND_OVER_MOVES, hand_over.state, "settle")
        hand_over.settled_at, hand_over.settled_by_id = clock.now(), actor.id
        hand_over.resolution = resolution
        hand_over.version += 1
        await hand_over.save()
        await end_visit(actor, hand_over)
        await ask_how_it_was(hand_over)
        await record(HandOverSettled(**facts_of(actor, hand_over)))
        await audit.note(actor, "hand_over.settle", Ref("hand_over", hand_over.id), reason=resolution)
        return hand_over
