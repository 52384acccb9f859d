"""What an account does: prove that a car is its own, ask an advisor to look, let the car go."""

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
"""Six characters of a VIN could be guessed by trying; five tries an hour make that hopeless."""
_REQUESTS: Final = RateLimit("request_binding", limit=5, period_seconds=86_400)
"""Each takes an advisor some minutes. A guard against misuse: no policy."""


async def bind(actor: Actor, *, verified_phone: str | None, vin_last6: str) -> Binding:
    """Bind the car whose filed phone is the account's verified one and whose VIN ends so.

    The binding is PENDING where another account is the owner, or where the car is filed under a person with a WeChat
    account of their own; else the filed record and the account become one person.

    Raises:
        PhoneNotVerified: the account has no phone that WeChat vouches for.
        VinTailNotAccepted: what was typed cannot be the end of a VIN.
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
    """Ask the store's advisors to compare the licence photo; the same answer whether such a car is known or not.

    Asked again while it waits, the photo is replaced.

    Raises:
        AlreadyBound: the account sees that car.
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
    """The owner lets the car go; a second call does nothing."""
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
    """The car on file and who it is filed under today; of two applicants at once the second sees what the first did."""
    owned = await Ownership.filter(filed_phone=phone, until_on=None, vehicle__vin__endswith=last6).first()
    if owned is None:
        raise NotOnFile
    # Not FOR UPDATE: an advisor who approves another request for this car only refers to it, and is not waited for.
    vehicle = await Vehicle.select_for_update(no_key=True).get(id=owned.vehicle_id)
    await vehicle.fetch_related("model")
    await owned.refresh_from_db()
    return vehicle, await people.current_id(owned.customer_id)


async def _ending_so(last6: str) -> list[Vehicle]:
    """At most two cars: of more than one nobody knows which is meant. By the index on the end of a VIN."""
    rows = await database.fetch("SELECT id FROM vehicle WHERE right(vin, 6) = $1 ORDER BY id LIMIT 2", last6)
    return await Vehicle.filter(id__in=[row["id"] for row in rows])


async def _others(vehicle_id: int, customer_id: int) -> list[Binding]:
    """Accounts of other people that own the car now."""
    owners = Binding.filter(vehicle_id=vehicle_id, state=BindingState.BOUND, role=BindingRole.OWNER)
    return await owners.exclude(customer_id=customer_id)


async def _bind(actor: Actor, vehicle: Vehicle) -> Binding:
    """Bind at once; a request that waited for this car, also one the filed record brought along, is settled by it."""
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
    """A binding request waits; the store's advisors are asked and the present owners told."""
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
