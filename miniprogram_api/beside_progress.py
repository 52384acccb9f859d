"""What the progress page shows beside the work, in one read: the loan car, and how the owner will be told."""

from crm_core.dealerships.actors import Actor
from crm_core.loan_cars import queries
from crm_core.loan_cars.queries import OwnerLending
from crm_core.telling import ahead
from crm_core.telling.ahead import WayAhead
from foundation.web import Schema
from miniprogram_api.login import api


class BesideProgressOut(Schema):
    """The loan cars of the visit, and by which way each notice that may still come will arrive."""

    lent: list[OwnerLending]
    ways: list[WayAhead]


@api.get("/repair-orders/{repair_order_id}/beside", summary="The loan car of a visit, and how its owner will be told")
async def beside_progress(actor: Actor, repair_order_id: int) -> BesideProgressOut:
    return BesideProgressOut(
        lent=await queries.of_owner(actor, repair_order_id), ways=await ahead.of_owner(actor, repair_order_id)
    )
