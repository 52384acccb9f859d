"""The car is sold: whoever had it lets it go for good, and tells the rooms above, which end what hung on it.

What was done to the car stays with the car; whoever owns it next sees what happens from the day they were bound on.
"""

from crm_core.binding_requests.events import VehicleSold, VehicleUnbound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership
from foundation import clock, database
from foundation.events import record


async def sell(actor: Actor, vehicle_id: int) -> None:
    """End the account's ownership: on file and in the mini-program, so that the old phone proves nothing any more.

    Raises:
        VehicleNotFound: the account does not own it.
        CarIsHere: it is in the workshop under this owner's order.
    """
    authorise(actor, "vehicles.bind", owners_own(actor.id))
    async with database.transaction():
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
