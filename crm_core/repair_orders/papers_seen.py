"""At reception the advisor has the owner's papers before them: when insurance and inspection run out."""

from datetime import date

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.queries import readable
from crm_core.vehicles import expiry_dates
from crm_core.vehicles.expiry_rules import Expiry
from crm_core.vehicles.queries import ExpiryDate, TemporaryPlate, expiry_dates_of, temporary_plate_of


async def record_expiry(actor: Actor, repair_order_id: int, kind: Expiry, ends_on: date) -> None:
    """Write down what stands on the paper of the car of an order; the day the owner gave, again, confirms it.

    Raises:
        RepairOrderNotFound, NotAllowed, DateNotPossible.
    """
    order = await RepairOrder.get_or_none(id=repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    authorise(actor, "vehicles.record_expiry", subject(store_id=order.store_id))
    await expiry_dates.record_seen(
        actor, order.vehicle_id, kind, ends_on, customer_id=order.customer_id, store_id=order.store_id
    )


async def expiry_dates_at(actor: Actor, repair_order_id: int) -> list[ExpiryDate]:
    """Both dates of the car of an order.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    order = await readable(actor, repair_order_id)
    return await expiry_dates_of(order.vehicle_id)


async def temporary_plate_at(actor: Actor, repair_order_id: int) -> TemporaryPlate | None:
    """Until when the plate of an order's car is good, if it is a temporary one.

    Raises:
        RepairOrderNotFound, NotAllowed.
    """
    order = await readable(actor, repair_order_id)
    return await temporary_plate_of(order.vehicle_id)
