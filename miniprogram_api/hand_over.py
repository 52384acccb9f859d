"""Taking the car back: the owner confirms it once, or disputes it."""

from datetime import date, datetime

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.hand_over import disputes, giving_back, queries
from foundation.reading import derive, read_model
from foundation.web import Schema
from miniprogram_api.login import api


class DisputeIn(Schema):
    """What is wrong, in the owner's words."""

    reason: str = Field(default="", max_length=200)


@read_model
class HandOverOut:
    """The hand-over as the owner sees it. Before the advisor gives the car back the state is NOT_READY.

    `handled_by` handles a dispute and answers by `answer_by`.
    """

    repair_order_id: int
    state: str
    advisor: str
    quality_passed_at: datetime | None
    inspector: str | None
    paid_fen: int
    handed_over: str
    offered_at: datetime | None
    confirmed_at: datetime | None
    disputed_at: datetime | None
    dispute_reason: str
    dispute_until: datetime | None
    handled_by: str | None
    answer_by: datetime | None
    settled_at: datetime | None
    resolution: str
    repair_guarantee: str
    next_service_due_on: date | None
    next_service_due_km: int | None
    dispute_days: int
    answer_within_hours: int
    version: int


@api.get("/repair-orders/{repair_order_id}/hand-over", summary="Where taking the car back stands")
async def hand_over_page(actor: Actor, repair_order_id: int) -> HandOverOut:
    return derive(HandOverOut, await queries.page(actor, repair_order_id))


@api.post("/repair-orders/{repair_order_id}/hand-over/confirmation", summary="Confirm that the car is back")
async def confirm_hand_over(actor: Actor, repair_order_id: int) -> HandOverOut:
    await giving_back.confirm(actor, repair_order_id)
    return await hand_over_page(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/hand-over/dispute", summary="Object, within the days the store gives")
async def dispute_hand_over(actor: Actor, repair_order_id: int, body: DisputeIn) -> HandOverOut:
    await disputes.dispute(actor, repair_order_id, body.reason)
    return await hand_over_page(actor, repair_order_id)
