"""Reads the hand-over for screens."""

from datetime import date, datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.policies.current import policy_of
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.guarantee_rules import RepairGuaranteePolicy, promised_words
from crm_core.repair_orders.hand_over.errors import HandOverNotFound
from crm_core.repair_orders.hand_over.rules import HandOverPolicy, HandOverState, HowLeft, may_dispute_until
from crm_core.repair_orders.rules import LineState
from crm_core.surveys.queries import Care, care_of
from crm_core.surveys.rules import ComplaintPolicy
from foundation.reading import Query, literals, read_model
from foundation.refs import Ref


@read_model
class HandOverStanding:
    """How far giving the car back is, and what became of an objection; `handled_by` takes care of that."""

    repair_order_id: int
    state: str
    handed_over: str
    offered_at: datetime | None
    left_at: datetime | None
    how_left: HowLeft | None
    confirmed_at: datetime | None
    disputed_at: datetime | None
    dispute_reason: str
    handled_by: str | None
    answer_by: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    resolution: str
    version: int


@read_model
class HandOverPage(HandOverStanding):
    """O7: with what the owner reads beside it."""

    advisor: str
    quality_passed_at: datetime | None
    inspector: str | None
    paid_fen: int
    dispute_until: datetime | None
    """Until when the owner may object; None before the car was given back."""
    repair_guarantee: str
    next_service_due_on: date | None
    next_service_due_km: int | None
    dispute_days: int
    """For how many days after the hand-over the owner may object."""
    answer_within_hours: int
    """Within how many hours somebody phones an owner who objects."""


@read_model
class _Order:
    """What the page reads of the order and its car."""

    store_id: int
    customer_id: int
    quality_passed_at: datetime | None
    delivered_at: datetime | None
    paid_fen: int
    advisor: str | None
    next_service_due_on: date | None
    next_service_due_km: int
    inspector: str | None
    work_kinds: list[WorkKind]


_ORDER = Query(
    _Order,
    f"""
    SELECT o.store_id, o.customer_id, o.quality_passed_at, o.delivered_at, o.paid_fen, a.name AS advisor,
      v.next_service_due_on, v.mileage_km + m.interval_km AS next_service_due_km,
      (SELECT coalesce(json_agg(DISTINCT l.work_kind), '[]') FROM repair_line l
       WHERE l.repair_order_id = o.id AND l.state IN ({literals(LineState.QC_OK)})) AS work_kinds,
      (SELECT s.name FROM quality_check q JOIN staff s ON s.id = q.inspector_id
       WHERE q.repair_order_id = o.id AND q.has_passed ORDER BY q.id DESC LIMIT 1) AS inspector
    FROM repair_order o JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
    LEFT JOIN staff a ON a.id = o.advisor_id WHERE o.id = $1
    """,
)


@read_model
class _HandOver:
    """The hand-over of an order, with the name of whoever settled an objection."""

    id: int
    state: HandOverState
    handed_over: str
    offered_at: datetime | None
    left_at: datetime | None
    how_left: HowLeft | None
    confirmed_at: datetime | None
    disputed_at: datetime | None
    dispute_reason: str
    settled_at: datetime | None
    settled_by: str | None
    resolution: str
    version: int


_HAND_OVER = Query(
    _HandOver,
    """
    SELECT h.id, h.state, h.handed_over, h.offered_at, h.left_at, h.how_left, h.confirmed_at, h.disputed_at,
           h.dispute_reason, h.settled_at, s.name AS settled_by, h.resolution, h.version
    FROM hand_over h LEFT JOIN staff s ON s.id = h.settled_by_id WHERE h.repair_order_id = $1
    """,
)


async def page(actor: Actor, repair_order_id: int) -> HandOverPage:
    """The state of the hand-over of an order; before it is offered it is NOT_READY.

    Raises:
        HandOverNotFound: no such order for this actor.
    """
    order = await _ORDER.first(repair_order_id)
    if order is None:
        raise HandOverNotFound
    authorise(actor, "hand_over.read", subject(store_id=order.store_id, customer_id=order.customer_id))
    hand_over = await _HAND_OVER.first(repair_order_id)
    is_done = order.delivered_at is not None
    since = (hand_over.confirmed_at or hand_over.offered_at) if hand_over else None
    policy = await policy_of(HandOverPolicy, order.store_id)
    is_disputed = hand_over is not None and hand_over.state is HandOverState.DISPUTED
    care = await care_of(Ref("hand_over", hand_over.id)) if hand_over and is_disputed else Care(None, None)
    complaints = await policy_of(ComplaintPolicy, order.store_id)
    return HandOverPage(
        repair_order_id=repair_order_id,
        state=hand_over.state.value if hand_over else "NOT_READY",
        advisor=order.advisor or "",
        quality_passed_at=order.quality_passed_at,
        inspector=order.inspector,
        paid_fen=order.paid_fen,
        handed_over=hand_over.handed_over if hand_over else "",
        offered_at=hand_over.offered_at if hand_over else None,
        left_at=hand_over.left_at if hand_over else None,
        how_left=hand_over.how_left if hand_over else None,
        confirmed_at=hand_over.confirmed_at if hand_over else None,
        disputed_at=hand_over.disputed_at if hand_over else None,
        dispute_reason=hand_over.dispute_reason if hand_over else "",
        dispute_until=may_dispute_until(since, policy) if since else None,
        handled_by=care.handled_by,
        answer_by=care.answer_by,
        settled_at=hand_over.settled_at if hand_over else None,
        settled_by=hand_over.settled_by if hand_over else None,
        resolution=hand_over.resolution if hand_over else "",
        repair_guarantee=promised_words(order.work_kinds, await policy_of(RepairGuaranteePolicy, order.store_id)),
        next_service_due_on=order.next_service_due_on if is_done else None,
        next_service_due_km=order.next_service_due_km if is_done else None,
        dispute_days=policy.dispute_days,
        answer_within_hours=complaints.answer_within_hours,
        version=hand_over.version if hand_over else 0,
    )
