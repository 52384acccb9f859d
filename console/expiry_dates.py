"""保险与年检 of an order's car, as the desk reads them from the papers."""

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import papers_seen
from crm_core.vehicles.expiry_rules import Expiry
from crm_core.vehicles.queries import ExpiryDate, TemporaryPlate
from foundation.web import Day, Schema


class SeenExpiryIn(Schema):
    """The day on the paper; of an inspection any day of its month."""

    kind: Expiry
    ends_on: Day


@api.get("/repair-orders/{repair_order_id}/expiry-dates", summary="When insurance and inspection run out")
async def order_expiry_dates(actor: Actor, repair_order_id: int) -> list[ExpiryDate]:
    return await papers_seen.expiry_dates_at(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/expiry-dates", status=201, summary="Record or confirm one from the paper")
async def record_seen_expiry(actor: Actor, repair_order_id: int, body: SeenExpiryIn) -> list[ExpiryDate]:
    await papers_seen.record_expiry(actor, repair_order_id, body.kind, body.ends_on)
    return await papers_seen.expiry_dates_at(actor, repair_order_id)


@api.get("/repair-orders/{repair_order_id}/temporary-plate", summary="Until when the car's temporary plate is good")
async def order_temporary_plate(actor: Actor, repair_order_id: int) -> TemporaryPlate | None:
    return await papers_seen.temporary_plate_at(actor, repair_order_id)
