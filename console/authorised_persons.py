"""授权人 at the desk: who besides the owner may decide about the car of an order, and up to what sum."""

from console.sign_in import api
from crm_core.authorised_persons import queries
from crm_core.authorised_persons.queries import Decider
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.queries import readable


@api.get("/repair-orders/{repair_order_id}/deciders", summary="Who may decide in the owner's name, phones masked")
async def deciders(actor: Actor, repair_order_id: int) -> list[Decider]:
    order = await readable(actor, repair_order_id)
    return await queries.deciders(actor, vehicle_id=order.vehicle_id, store_id=order.store_id)
