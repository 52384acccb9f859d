"""Selling a car: the owner gives it up for good, and the event lets the rooms above end what they have for it.

The history stays with the car; the next owner sees it from the day on which they are bound.
"""

from crm_core.binding_requests.events import VehicleSold, VehicleUnbound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership, Vehicle
from foundation import clock, database
from foundation.events import record


async def sell(actor: Actor, vehicle_id: int) -> None:
    """End the account's ownership on file and in the mini-program, so that the old phone no longer proves an owner.

    Raises:
        VehicleNotFound: the account does not own the car.
        CarIsHere: the car is in the workshop under an order of this owner.
    """
    authorise(actor, "vehicles.bind", owners_own(actor.id))
    async with database.transaction():
        # Held as by the desk, which sells it too, or is just taking it in.
        await Vehicle.select_for_update(no_key=True).get_or_none(id=vehicle_id)
        binding = await Binding.select_for_update().get_or_none(
            vehicle_id=vehicle_id, customer_id=actor.id, state=BindingState.BOUND, role=BindingRole.OWNER
        )
        if binding is None:
            raise VehicleNotFound
        binding.state = BindingState.UNBOUND
        binding.ended_at = clock.now()
        binding.end_reason = "已过户"
        binding.version += 1
        await binding.save()
        await Ownership.filter(vehicle_id=vehicle_id, customer_id=actor.id, until_on=None).update(
            until_on=clock.today()
        )
        await record(VehicleUnbound(actor=str(actor), customer_id=actor.id, vehicle_id=vehicle_id))
        await record(VehicleSold(actor=str(actor), customer_id=actor.id, vehicle_id=vehicle_id))
