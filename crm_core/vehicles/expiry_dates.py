"""Recording when a car's insurance and inspection run out."""

from datetime import date

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.vehicles import expiry_rules as rules
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.errors import DateNotPossible, SeenByStore, VehicleNotFound
from crm_core.vehicles.events import ExpiryRecorded
from crm_core.vehicles.expiry_rules import Expiry
from crm_core.vehicles.models import BindingRole, ExpiryRecord, Vehicle
from foundation import clock, database
from foundation.events import record


async def record_by_owner(actor: Actor, vehicle_id: int, kind: Expiry, given: date) -> None:
    """Record a date that an owner read from their own paper.

    Raises:
        VehicleNotFound: the account is not bound to the car as its owner.
        DateNotPossible.
        SeenByStore: the store read a later day from the paper.
    """
    authorise(actor, "vehicles.record_expiry", owners_own(actor.id))
    if not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id, role=BindingRole.OWNER):
        raise VehicleNotFound
    async with database.transaction():
        vehicle = await Vehicle.select_for_update(no_key=True).get(id=vehicle_id)
        known = vehicle.insurance_ends_on if kind is Expiry.INSURANCE else vehicle.inspection_ends_on
        last = await ExpiryRecord.filter(vehicle_id=vehicle_id, kind=kind).order_by("-id").first()
        is_seen = last is not None and last.staff_id is not None
        if not rules.may_owner_write(rules.last_day(kind, given), known, is_seen_by_store=is_seen):
            raise SeenByStore
        await _write(actor, vehicle, kind, given, customer_id=actor.id, store_id=None)


async def record_seen(
    actor: Actor, vehicle_id: int, kind: Expiry, given: date, *, customer_id: int, store_id: int
) -> None:
    """Record a date that a member of the store read from the paper; the caller has authorised it.

    Recording the same day again confirms it.

    Raises:
        DateNotPossible.
    """
    async with database.transaction():
        vehicle = await Vehicle.select_for_update(no_key=True).get(id=vehicle_id)
        await _write(actor, vehicle, kind, given, customer_id=customer_id, store_id=store_id)


async def _write(
    actor: Actor, vehicle: Vehicle, kind: Expiry, given: date, *, customer_id: int, store_id: int | None
) -> None:
    ends_on = rules.last_day(kind, given)
    if not rules.is_possible(kind, ends_on, clock.today()):
        raise DateNotPossible
    await ExpiryRecord.create(
        vehicle_id=vehicle.id,
        kind=kind,
        ends_on=ends_on,
        customer_id=actor.id if actor.is_owner else None,
        staff_id=None if actor.is_owner else actor.id,
        recorded_at=clock.now(),
    )
    column = "insurance_ends_on" if kind is Expiry.INSURANCE else "inspection_ends_on"
    setattr(vehicle, column, ends_on)
    await vehicle.save(update_fields=[column])
    await record(
        ExpiryRecorded(
            actor=str(actor),
            customer_id=customer_id,
            store_id=store_id,
            vehicle_id=vehicle.id,
            kind=kind.value,
            ends_on=ends_on.isoformat(),
        )
    )
