"""A car in the workshop must be handed over before it is sold; otherwise nobody could decide, pay and take it."""

from crm_core.binding_requests.events import VehicleSold
from crm_core.repair_orders.errors import CarIsHere
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import OVER


async def on_sold(event: VehicleSold) -> None:
    """Runs inside the transaction of the sale.

    Raises:
        CarIsHere: the old owner has an open order for the car, so the sale is refused.
    """
    theirs = RepairOrder.filter(vehicle_id=event.vehicle_id, customer_id=event.customer_id)
    if await theirs.exclude(state__in=OVER).exists():
        raise CarIsHere
