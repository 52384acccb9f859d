"""三包计数 of a car, on its own page and on the page of its order."""

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.three_guarantees import queries
from crm_core.repair_orders.three_guarantees.queries import ThreeGuarantees


@api.get("/vehicles/{vehicle_id}/three-guarantees", summary="三包 counters of a car, with the limits of the law")
async def three_guarantees_of_vehicle(actor: Actor, vehicle_id: int) -> ThreeGuarantees:
    return await queries.of_vehicle(actor, vehicle_id)


@api.get("/repair-orders/{repair_order_id}/three-guarantees", summary="三包 counters of the car of an order")
async def three_guarantees_of_order(actor: Actor, repair_order_id: int) -> ThreeGuarantees:
    return await queries.of_order(actor, repair_order_id)
