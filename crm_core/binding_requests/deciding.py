"""Verbs of the advisor, who compares the licence with the car and approves or refuses a binding request."""

from crm_core.binding_requests import notices
from crm_core.binding_requests.errors import AlreadyBound, BindingNotFound, BindingNotPending, VinDiffers
from crm_core.binding_requests.events import BindingRefused, VehicleBound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership, Vehicle
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record


async def approve(actor: Actor, binding_id: int, *, vehicle_id: int, role: BindingRole, version_seen: int) -> Binding:
    """Approve a request: the licence shows this car and this person. Accounts that are bound already stay bound.

    Raises:
        BindingNotPending: it was decided in the meantime.
        StaleVersion: the applicant sent another photo in the meantime.
        VinDiffers: the VIN of the chosen car does not end with the characters the applicant typed.
        AlreadyBound: the account was bound to the car in another way in the meantime.
    """
    async with database.transaction():
        binding = await _lock(actor, binding_id, version_seen)
        vehicle = await Vehicle.get_or_none(id=vehicle_id).prefetch_related("model")
        if vehicle is None:
            raise VehicleNotFound
        if not vehicle.vin.endswith(binding.vin_last6):
            raise VinDiffers
        live = Binding.filter(vehicle_id=vehicle.id, customer_id=binding.customer_id, state=BindingState.BOUND)
        if await live.exists():
            raise AlreadyBound
        binding.vehicle_id = vehicle.id
        binding.role = role
        binding.state = BindingState.BOUND
        binding.bound_at = clock.now()
        binding.version += 1
        await binding.save()
        await _file(binding)
        await notices.close_cards(binding, "approve", actor.name)
        await record(
            VehicleBound(
                actor=str(actor),
                customer_id=binding.customer_id,
                store_id=binding.store_id,
                vehicle_id=vehicle.id,
                series=vehicle.model.series,
                how="licence" if binding.licence_media else "advisor",
            )
        )
        return binding


async def refuse(actor: Actor, binding_id: int, *, reason: str, version_seen: int) -> Binding:
    """Refuse a request, with a reason that the applicant reads.

    Raises:
        BindingNotPending: it was decided in the meantime.
        StaleVersion: the applicant sent another photo in the meantime.
    """
    async with database.transaction():
        binding = await _lock(actor, binding_id, version_seen)
        binding.state = BindingState.UNBOUND
        binding.ended_at = clock.now()
        binding.end_reason = reason
        binding.version += 1
        await binding.save()
        await notices.close_cards(binding, "refuse", actor.name)
        await record(
            BindingRefused(
                actor=str(actor),
                customer_id=binding.customer_id,
                store_id=binding.store_id,
                binding_id=binding.id,
                reason=reason,
            )
        )
        return binding


async def _lock(actor: Actor, binding_id: int, version_seen: int) -> Binding:
    binding = await Binding.select_for_update().get_or_none(id=binding_id)
    if binding is None:
        raise BindingNotFound
    authorise(actor, "vehicles.bind", subject(store_id=binding.store_id))
    if binding.state is not BindingState.PENDING:
        raise BindingNotPending
    if binding.version != version_seen:
        raise StaleVersion(current_version=binding.version)
    return binding


async def _file(binding: Binding) -> None:
    """Record the customer as a further owner or user of the car, beside those on file."""
    filed = {"vehicle_id": binding.vehicle_id, "customer_id": binding.customer_id}
    if not await Ownership.exists(**filed, until_on=None):
        await Ownership.create(**filed, role=binding.role, since_on=clock.today())
