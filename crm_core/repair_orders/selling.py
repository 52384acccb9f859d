"""A car in the workshop is given back before it changes hands: else nobody could decide, pay and take it."""

from crm_core.binding_requests.events import VehicleSold
from crm_core.repair_orders.errors import CarIsHere
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import OVER


async def on_sold(event: VehicleSold) -> None:
    """Subscribed inside the transaction of the sale.

    Raises:
        CarIsHere: an order of this owner is open.
    """
    theirs = RepairOrder.filter(vehicle_id=event.vehicle_id, customer_id=event.customer_id)
    if await theirs.exclude(state__in=OVER).exists():
        raise CarIsHere
