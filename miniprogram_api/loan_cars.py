"""代步车: what the owner has while their car is in the workshop."""

from crm_core.dealerships.actors import Actor
from crm_core.loan_cars import queries
from crm_core.loan_cars.queries import OwnerLending
from miniprogram_api.login import api


@api.get("/repair-orders/{repair_order_id}/lendings", summary="The loan car of a visit, and until when")
async def loan_cars_of_visit(actor: Actor, repair_order_id: int) -> list[OwnerLending]:
    return await queries.of_owner(actor, repair_order_id)
