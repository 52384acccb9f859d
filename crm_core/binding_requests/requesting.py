"""Verbs of the account: bind a car by proof, ask an advisor to check, unbind."""

from typing import Final

from tortoise.expressions import Q

from crm_core.binding_requests import notices
from crm_core.binding_requests.errors import (
    AlreadyBound,
    NotOnFile,
    PhoneNotVerified,
    StoreNotChosen,
    TooManyRequestsOfBinding,
    TooManyTries,
    VinTailNotAccepted,
)
from crm_core.binding_requests.events import BindingContested, BindingRequested, VehicleBound, VehicleUnbound
from crm_core.customers import identities, people
from crm_core.customers.merging import merge
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.spelling.vin import VinTailInvalid, parse_vin_tail
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership, Vehicle
from foundation import clock, database, media
from foundation.cache import RateLimit
from foundation.events import record

_TRIES: Final = RateLimit("bind_vehicle", limit=5, period_seconds=3600)
"""Six characters of a VIN could be guessed by trying; with five tries an hour that takes too long."""
_REQUESTS: Final = RateLimit("request_binding", limit=5, period_seconds=86_400)
"""Each request costs an advisor some minutes. The limit guards against misuse, so it is no policy."""


async def bind(actor: Actor, *, verified_phone: str | None, vin_last6: str) -> Binding:
    """Bind the car whose phone on file is the account's verified one and whose VIN ends with `vin_last6`.

    The binding is PENDING if another account is the owner, or if the person on file has a WeChat account of their own.
    Otherwise the customer on file and the account's customer are merged.

    Raises:
        PhoneNotVerified: the account has no phone that WeChat has verified.
        VinTailNotAccepted: `vin_last6` cannot be the end of a VIN.
        NotOnFile: no car matches both.
        TooManyTries: after five tries in an hour.
    """
    authorise(actor, "vehicles.bind", owners_own(actor.id))
    if verified_phone is None:
        raise PhoneNotVerified
    last6 = _read_tail(vin_last6)
    if await _TRIES.wait_seconds(str(actor.id)):
        raise TooManyTries
    async with database.transaction():
        vehicle, filed_id = await _lock_filed(verified_phone, last6)
        own = await Binding.get_or_none(vehicle_id=vehicle.id, customer_id=actor.id, state=BindingState.BOUND)
        if own is not None:
            return own
        if await _others(vehicle.id, actor.id) or (filed_id != actor.id and await identities.has_account(filed_id)):
            return await _contest(actor, vehicle)
        if filed_id != actor.id:
            await merge(system("vehicle_bound"), actor.id, filed_id, reason="手机号和车架号对上")
        return await _bind(actor, vehicle)


async def request(actor: Actor, *, vin_last6: str, licence_media: str, store_id: int) -> Binding:
    """Ask the store's advisors to check the licence photo. The answer does not reveal whether the car is on file.

    If the same request is waiting already, its photo is replaced.

    Raises:
        AlreadyBound: the account is bound to that car already.
        VinTailNotAccepted, MediaNotStored, StoreNotChosen, TooManyRequestsOfBinding.
    """
    authorise(actor, "vehicles.bind", owners_own(actor.id))
    last6 = _read_tail(vin_last6)
    if await _REQUESTS.wait_seconds(str(actor.id)):
        raise TooManyRequestsOfBinding
    await media.require_stored([licence_media])
    if not await Store.exists(id=store_id, is_live=True):
        raise StoreNotChosen
    async with database.transaction():
        await database.advisory_lock(f"binding:{actor.id}")
        known = await _ending_so(last6)
        if await Binding.exists(
            customer_id=actor.id, state=BindingState.BOUND, vehicle_id__in=[car.id for car in known]
        ):
            raise AlreadyBound
        vehicle = known[0] if len(known) == 1 else None
        waiting = await _waiting(actor.id, last6, vehicle)
        if waiting is None:
            return await _ask(actor, last6, vehicle, store_id, licence_media=licence_media)
        waiting.licence_media = licence_media
        waiting.version += 1
        await waiting.save()
        return waiting


async def unbind(actor: Actor, vehicle_id: int) -> None:
    """End the account's binding to a car; a second call does nothing."""
    authorise(actor, "vehicles.bind", owners_own(actor.id))
    async with database.transaction():
        binding = await Binding.select_for_update().get_or_none(
            vehicle_id=vehicle_id, customer_id=actor.id, state=BindingState.BOUND
        )
        if binding is None:
            return
        binding.state = BindingState.UNBOUND
        binding.ended_at = clock.now()
        binding.version += 1
        await binding.save()
        await record(VehicleUnbound(actor=str(actor), customer_id=actor.id, vehicle_id=vehicle_id))


async def _lock_filed(phone: str, last6: str) -> tuple[Vehicle, int]:
    """The car on file, locked, and the customer it is on file for. Of two simultaneous applicants the second waits here
    and then sees the first one's result.
    """
    owned = await Ownership.filter(filed_phone=phone, until_on=None, vehicle__vin__endswith=last6).first()
    if owned is None:
        raise NotOnFile
    # FOR NO KEY UPDATE does not block an advisor who approves another request for this car, which only adds a row that
    # refers to it; FOR UPDATE would.
    vehicle = await Vehicle.select_for_update(no_key=True).get(id=owned.vehicle_id)
    await vehicle.fetch_related("model")
    await owned.refresh_from_db()
    return vehicle, await people.current_id(owned.customer_id)


async def _ending_so(last6: str) -> list[Vehicle]:
    """The cars whose VIN ends so, found by index. At most two are read, since two already mean that the car is
    ambiguous.
    """
    rows = await database.fetch("SELECT id FROM vehicle WHERE right(vin, 6) = $1 ORDER BY id LIMIT 2", last6)
    return await Vehicle.filter(id__in=[row["id"] for row in rows])


async def _others(vehicle_id: int, customer_id: int) -> list[Binding]:
    """The bindings of other people who are owners of the car now."""
    owners = Binding.filter(vehicle_id=vehicle_id, state=BindingState.BOUND, role=BindingRole.OWNER)
    return await owners.exclude(customer_id=customer_id)


async def _bind(actor: Actor, vehicle: Vehicle) -> Binding:
    """Bind the account to the car now. A waiting request for the car is settled by this, also one that came with the
    merged customer.
    """
    binding = await Binding.select_for_update().get_or_none(
        vehicle_id=vehicle.id, customer_id=actor.id, state__not=BindingState.UNBOUND
    )
    if binding is None:
        binding = Binding(vehicle_id=vehicle.id, customer_id=actor.id, requested_at=clock.now(), how="phone_and_vin")
    was_waiting = binding.state is BindingState.PENDING
    binding.role = BindingRole.OWNER
    binding.state = BindingState.BOUND
    binding.bound_at = clock.now()
    await binding.save()
    if was_waiting:
        await notices.close_cards(binding, "approve", "车主")
    await record(
        VehicleBound(
            actor=str(actor),
            customer_id=actor.id,
            store_id=vehicle.home_store_id,
            vehicle_id=vehicle.id,
            series=vehicle.model.series,
            how="phone_and_vin",
        )
    )
    return binding


async def _contest(actor: Actor, vehicle: Vehicle) -> Binding:
    last6 = vehicle.vin[-6:]
    if (waiting := await _waiting(actor.id, last6, vehicle)) is not None:
        return waiting
    store_id = vehicle.home_store_id
    if store_id is None:
        first = await Store.filter(is_live=True).order_by("id").first()
        store_id = first.id if first else None
    return await _ask(actor, last6, vehicle, store_id, licence_media="")


async def _waiting(customer_id: int, last6: str, vehicle: Vehicle | None) -> Binding | None:
    same = Q(vin_last6=last6)
    if vehicle is not None:
        same |= Q(vehicle_id=vehicle.id)
    pending = Binding.select_for_update().filter(customer_id=customer_id, state=BindingState.PENDING)
    return await pending.filter(same).first()


async def _ask(
    actor: Actor, last6: str, vehicle: Vehicle | None, store_id: int | None, *, licence_media: str
) -> Binding:
    """Store a binding request, ask the store's advisors, and tell the present owners."""
    binding = await Binding.create(
        vehicle_id=vehicle.id if vehicle else None,
        vin_last6=last6,
        store_id=store_id,
        customer_id=actor.id,
        role=BindingRole.OWNER,
        state=BindingState.PENDING,
        how="licence" if licence_media else "phone_and_vin",
        licence_media=licence_media,
        requested_at=clock.now(),
    )
    await record(
        BindingRequested(
            actor=str(actor), customer_id=actor.id, store_id=store_id, binding_id=binding.id, how=binding.how
        )
    )
    present = await _others(vehicle.id, actor.id) if vehicle else []
    for other in present:
        await record(
            BindingContested(
                actor=str(system("second_applicant")),
                customer_id=other.customer_id,
                store_id=store_id,
                vehicle_id=vehicle.id if vehicle else 0,
                binding_id=binding.id,
            )
        )
    await notices.ask_advisors(binding, is_contested=bool(present))
    return binding


def _read_tail(typed: str) -> str:
    try:
        return parse_vin_tail(typed)
    except VinTailInvalid as wrong:
        raise VinTailNotAccepted(str(wrong)) from None
