"""Whose a car is, as the desk keeps it: owners and users with their dates, a car that is sold, the plate it wears.

The history stays with the car. What hung on an owner and their car (bindings, authorities, coupons, appointments) is
ended by the rooms that listen to `VehicleSold`, as when the owner sells it in the mini program.
"""

from datetime import date

from crm_core.binding_requests.errors import AlreadyTheirs, PlateMoved, SaleNotYet, TieNotFound
from crm_core.binding_requests.events import VehicleSold, VehicleUnbound
from crm_core.binding_requests.registering import read_plate
from crm_core.customers import people
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Ownership, Vehicle
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

_KEEP = "vehicles.keep_people"


async def change_plate(
    actor: Actor,
    vehicle_id: int,
    *,
    plate: str,
    plate_seen: str,
    is_compared: bool,
    valid_until: date | None = None,
) -> str:
    """The plate the car wears from today on; empty when it was taken off. `valid_until` is the last day of a temporary
    one. Returns the plate as it is kept.

    Raises:
        PlateNotAccepted: it is none, or of a rare kind nobody has compared.
        PlateMoved: somebody changed it since `plate_seen` was shown.
    """
    async with database.transaction():
        vehicle = await _lock(actor, vehicle_id)
        spelled = read_plate(plate, is_compared=is_compared, valid_until=valid_until)
        if vehicle.plate != plate_seen:
            raise PlateMoved
        if (vehicle.plate, vehicle.plate_valid_until) != (spelled, valid_until):
            vehicle.plate, vehicle.plate_valid_until = spelled, valid_until
            await vehicle.save(update_fields=["plate", "plate_valid_until"])
            await audit.note(actor, "vehicles.change_plate", Ref("vehicle", vehicle_id))
        return spelled


async def add_person(actor: Actor, vehicle_id: int, customer_id: int, *, role: BindingRole, since_on: date) -> None:
    """One more owner or user of the car from a day on; a car may have several of both.

    Raises:
        AlreadyTheirs: they are on file for it.
        SaleNotYet: the day is to come.
    """
    _refuse_future(since_on)
    async with database.transaction():
        vehicle = await _lock(actor, vehicle_id)
        person = await people.lock_for(actor, "customers.edit", customer_id)
        if await Ownership.exists(vehicle_id=vehicle.id, customer_id=person.id, until_on=None):
            raise AlreadyTheirs
        await Ownership.create(
            vehicle_id=vehicle.id,
            customer_id=person.id,
            role=role,
            filed_phone=person.phone or "" if role is BindingRole.OWNER else "",
            since_on=since_on,
        )
        await audit.note(actor, "vehicles.add_person", Ref("vehicle", vehicle.id), customer=person.id, role=role.value)


async def end_person(actor: Actor, vehicle_id: int, tie_id: int, *, until_on: date, reason: str) -> None:
    """Somebody no longer has the car: their tie ends, and their account sees it no more.

    Raises:
        TieNotFound: they do not have it.
        SaleNotYet: the day is to come.
        CarIsHere: the car is in the workshop under an order of this owner.
    """
    _refuse_future(until_on)
    async with database.transaction():
        vehicle = await _lock(actor, vehicle_id)
        tie = await Ownership.select_for_update().get_or_none(id=tie_id, vehicle_id=vehicle.id, until_on=None)
        if tie is None:
            raise TieNotFound
        await _end(actor, tie, until_on)
        await audit.note(actor, "vehicles.end_person", Ref("vehicle", vehicle.id), reason=reason, tie=tie.id)


async def sell(actor: Actor, vehicle_id: int, *, sold_on: date, to: int | None, reason: str) -> None:
    """The car was sold: everybody who had it has it no more, and the buyer, if they are known, owns it from that day.

    `reason` says by what the desk knows: the transfer certificate (登记证书) or the new licence they were shown.

    Raises:
        SaleNotYet: the day is to come.
        CarIsHere: it is in the workshop under an order of an owner.
        CustomerNotFound, NotAllowed: the buyer is not on file, or another store's.
    """
    _refuse_future(sold_on)
    async with database.transaction():
        vehicle = await _lock(actor, vehicle_id)
        buyer = await people.lock_for(actor, "customers.edit", to) if to is not None else None
        for tie in await Ownership.select_for_update().filter(vehicle_id=vehicle.id, until_on=None).order_by("id"):
            if buyer is None or tie.customer_id != buyer.id or tie.role is not BindingRole.OWNER:
                await _end(actor, tie, sold_on)
        if buyer is not None and not await Ownership.exists(vehicle_id=vehicle.id, customer_id=buyer.id, until_on=None):
            await Ownership.create(
                vehicle_id=vehicle.id,
                customer_id=buyer.id,
                role=BindingRole.OWNER,
                filed_phone=buyer.phone or "",
                since_on=sold_on,
            )
        await audit.note(actor, "vehicles.sell", Ref("vehicle", vehicle.id), reason=reason)


async def _end(actor: Actor, tie: Ownership, until_on: date) -> None:
    tie.until_on = max(until_on, tie.since_on)
    await tie.save(update_fields=["until_on"])
    bindings = await Binding.select_for_update().filter(
        vehicle_id=tie.vehicle_id, customer_id=tie.customer_id, state=BindingState.BOUND
    )
    for binding in bindings:
        binding.state, binding.ended_at, binding.end_reason = BindingState.UNBOUND, clock.now(), "已过户"
        binding.version += 1
        await binding.save()
        await record(VehicleUnbound(actor=str(actor), customer_id=tie.customer_id, vehicle_id=tie.vehicle_id))
    if tie.role is BindingRole.OWNER:
        await record(VehicleSold(actor=str(actor), customer_id=tie.customer_id, vehicle_id=tie.vehicle_id))


async def _lock(actor: Actor, vehicle_id: int) -> Vehicle:
    vehicle = await Vehicle.select_for_update(no_key=True).get_or_none(id=vehicle_id)
    authorise(actor, _KEEP, subject(store_id=vehicle.home_store_id if vehicle else None))
    if vehicle is None:
        raise VehicleNotFound
    return vehicle


def _refuse_future(day: date) -> None:
    if day > clock.today():
        raise SaleNotYet
