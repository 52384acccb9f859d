"""车辆绑定: which mini-program accounts may see and decide about a car.

    UNBOUND → BOUND (phone on file and last six of the VIN)      UNBOUND → PENDING → BOUND (licence photo, an advisor)

A plate alone never binds. A second claimant never evicts the first.
"""

from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from crm_core.vehicles.errors import BindingNotPending, NotOnFile, PhoneNotVerified, TooManyTries, VehicleNotFound
from crm_core.vehicles.events import BindingRequested, VehicleBound, VehicleUnbound
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership, Vehicle
from foundation import clock, database
from foundation.cache import RateLimit
from foundation.events import record

_TRIES: Final = RateLimit("bind_vehicle", limit=5, period_seconds=3600)
"""Six characters of a VIN could be guessed by trying; five tries an hour make that hopeless."""


async def is_bound(*, vehicle_id: int, customer_id: int, role: BindingRole | None = None) -> bool:
    """Whether the customer's account is bound to the car, in `role` if given."""
    bound = Binding.filter(vehicle_id=vehicle_id, customer_id=customer_id, state=BindingState.BOUND)
    return await (bound.filter(role=role) if role else bound).exists()


async def bind(actor: Actor, *, verified_phone: str | None, vin_last6: str) -> Binding:
    """Bind the car whose filed phone is the account's verified one and whose VIN ends so.

    Raises:
        PhoneNotVerified: the account has no phone that WeChat vouches for.
        NotOnFile: no car matches both.
        TooManyTries: after five tries in an hour.
    """
    authorize(actor, "vehicles.bind", subject(customer_id=actor.id))
    if verified_phone is None:
        raise PhoneNotVerified
    if await _TRIES.wait_seconds(str(actor.id)):
        raise TooManyTries
    async with database.transaction():
        owned = (
            await Ownership.filter(
                filed_phone=verified_phone, until_on=None, vehicle__vin__endswith=vin_last6.strip().upper()
            )
            .prefetch_related("vehicle__model")
            .first()
        )
        if owned is None:
            raise NotOnFile
        binding = await _bound(owned.vehicle_id, actor.id, BindingRole.OWNER, "phone_and_vin")
        await record(
            VehicleBound(
                actor=str(actor),
                customer_id=actor.id,
                store_id=owned.vehicle.home_store_id,
                vehicle_id=owned.vehicle_id,
                series=owned.vehicle.model.series,
                how="phone_and_vin",
                filed_customer_id=owned.customer_id,
            )
        )
        return binding


async def request(actor: Actor, *, vin: str, licence_media: str) -> Binding:
    """Ask an advisor to compare the licence photo; the answer is the same whether the VIN is known or not.

    Raises:
        TooManyTries, VehicleNotFound.
    """
    authorize(actor, "vehicles.bind", subject(customer_id=actor.id))
    if await _TRIES.wait_seconds(str(actor.id)):
        raise TooManyTries
    async with database.transaction():
        vehicle = await Vehicle.get_or_none(vin=vin.strip().upper())
        if vehicle is None:
            raise VehicleNotFound
        live = await Binding.get_or_none(vehicle_id=vehicle.id, customer_id=actor.id, state__not=BindingState.UNBOUND)
        if live is not None:
            return live
        binding = await Binding.create(
            vehicle_id=vehicle.id,
            customer_id=actor.id,
            role=BindingRole.OWNER,
            state=BindingState.PENDING,
            how="licence",
            licence_media=licence_media,
            requested_at=clock.now(),
        )
        await record(
            BindingRequested(
                actor=str(actor),
                customer_id=actor.id,
                store_id=vehicle.home_store_id,
                vehicle_id=vehicle.id,
                binding_id=binding.id,
            )
        )
        return binding


async def approve(actor: Actor, binding_id: int) -> Binding:
    """The advisor has compared the licence with the car.

    Raises:
        BindingNotPending: decided already.
    """
    async with database.transaction():
        binding = await Binding.select_for_update().get_or_none(id=binding_id)
        if binding is None:
            raise VehicleNotFound
        vehicle = await Vehicle.get(id=binding.vehicle_id).prefetch_related("model")
        authorize(actor, "vehicles.bind", subject(store_id=vehicle.home_store_id))
        if binding.state is not BindingState.PENDING:
            raise BindingNotPending
        await _set_bound(binding, clock.now())
        await record(
            VehicleBound(
                actor=str(actor),
                customer_id=binding.customer_id,
                store_id=vehicle.home_store_id,
                vehicle_id=vehicle.id,
                series=vehicle.model.series,
                how="licence",
            )
        )
        return binding


async def unbind(actor: Actor, vehicle_id: int) -> None:
    """The owner lets the car go; a second call does nothing."""
    authorize(actor, "vehicles.bind", subject(customer_id=actor.id))
    async with database.transaction():
        binding = await Binding.select_for_update().get_or_none(
            vehicle_id=vehicle_id, customer_id=actor.id, state__not=BindingState.UNBOUND
        )
        if binding is None:
            return
        binding.state = BindingState.UNBOUND
        binding.ended_at = clock.now()
        binding.version += 1
        await binding.save()
        await record(VehicleUnbound(actor=str(actor), customer_id=actor.id, vehicle_id=vehicle_id))


async def _bound(vehicle_id: int, customer_id: int, role: BindingRole, how: str) -> Binding:
    binding = await Binding.select_for_update().get_or_none(
        vehicle_id=vehicle_id, customer_id=customer_id, state__not=BindingState.UNBOUND
    )
    if binding is None:
        binding = Binding(vehicle_id=vehicle_id, customer_id=customer_id, role=role, how=how, requested_at=clock.now())
    await _set_bound(binding, binding.bound_at or clock.now())
    return binding


async def _set_bound(binding: Binding, at: datetime) -> None:
    binding.state = BindingState.BOUND
    binding.bound_at = at
    await binding.save()
