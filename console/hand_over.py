"""Giving the car back, for advisors, and settling an owner's dispute, for customer care."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.hand_over import disputes, giving_back, queries
from crm_core.repair_orders.hand_over.queries import HandOverStanding
from foundation.reading import derive
from foundation.web import Schema, Version


class HandOverIn(Schema):
    """What the advisor gave back with the car."""

    is_key_given: bool
    are_old_parts_settled: bool
    is_settlement_sheet_given: bool
    are_valuables_given: bool


class SettleIn(Schema):
    """How the dispute ends, as agreed with the owner, who reads these words."""

    resolution: str = Field(min_length=1, max_length=200)
    version: Version


@api.get("/repair-orders/{repair_order_id}/hand-over", summary="Where giving the car back stands")
async def staff_hand_over(actor: Actor, repair_order_id: int) -> HandOverStanding:
    return derive(HandOverStanding, await queries.page(actor, repair_order_id))


@api.post("/repair-orders/{repair_order_id}/hand-over", status=201, summary="Give the car back and ask the owner")
async def offer_hand_over(actor: Actor, repair_order_id: int, body: HandOverIn) -> HandOverStanding:
    await giving_back.offer(actor, repair_order_id, **body.model_dump())
    return await staff_hand_over(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/hand-over/departure", summary="The car was seen leaving")
async def note_departure(actor: Actor, repair_order_id: int) -> HandOverStanding:
    await giving_back.note_departure(actor, repair_order_id)
    return await staff_hand_over(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/hand-over/settlement", summary="End the owner's objection")
async def settle_hand_over(actor: Actor, repair_order_id: int, body: SettleIn) -> HandOverStanding:
    await disputes.settle(actor, repair_order_id, body.resolution, expected_version=body.version)
    return await staff_hand_over(actor, repair_order_id)
