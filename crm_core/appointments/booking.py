"""Holding a slot and booking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from crm_core.appointments import capacity, notices, rules
from crm_core.appointments.capacity_rules import WantedWork
from crm_core.appointments.errors import (
    AppointmentNotFound,
    ItemsNotBookable,
    NothingWanted,
    SlotTooFar,
    TooMuchForOneDay,
    VehicleHasAppointment,
    VehicleNotBound,
)
from crm_core.appointments.events import AppointmentConfirmed, AppointmentRequested
from crm_core.appointments.models import Appointment, AppointmentItem
from crm_core.appointments.parts_held import hold_parts, work_in
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState
from crm_core.coupons import using as coupons
from crm_core.coupons.rules import CouponPolicy, lock_ends_at
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import BayKind, Role, Store
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from crm_core.dealerships.staff import staff_with_role
from crm_core.policies.current import policy_of
from crm_core.pricing.job_prices import PricedItem
from crm_core.pricing.packages import price_items
from crm_core.promised_times import promising
from crm_core.promised_times.models import PromisedTime
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.models import Ownership, Powertrain, Vehicle, VehicleModel
from foundation import clock, database
from foundation.events import record
from foundation.refs import Ref

_SOURCES = {"owner": "mini_program", "partner": "program"}
LONGEST_MINUTES = 600
"""The longest work that can be booked: no store is open longer, and the table accepts no longer appointment."""


@dataclass(frozen=True)
class CarToBook:
    """What a slot is booked for: a car on file, or (without `vehicle_id`) the plate and model somebody gives."""

    model: VehicleModel
    vehicle_id: int | None = None
    given_plate: str = ""


@dataclass(frozen=True)
class Needs:
    """What a set of items needs, in any store."""

    kind: BayKind
    minutes: int
    part_numbers: tuple[str, ...]


def needs_of(model: VehicleModel, items: Sequence[PricedItem]) -> Needs:
    """The bay, time and parts of the items; a battery-electric car is worked on in a bay certified for it.

    Raises:
        NothingWanted: no item was chosen.
        ItemsNotBookable: for one item the car must first be seen at the store.
        TooMuchForOneDay: the items take longer than a bay works in a day.
    """
    if not items:
        raise NothingWanted
    not_bookable = {item.item_id: item.name for item in items if not item.is_bookable}
    if not_bookable:
        raise ItemsNotBookable(not_bookable)
    minutes = sum(item.minutes for item in items)
    if minutes > LONGEST_MINUTES:
        raise TooMuchForOneDay
    is_electric = model.powertrain is Powertrain.BEV
    kinds = {item.bay_kind for item in items}
    # The most capable bay is needed: a quick job can be done in a general bay, but not the other way round.
    kind = BayKind.EV if is_electric else BayKind.GENERAL if kinds != {BayKind.QUICK} else BayKind.QUICK
    return Needs(kind, minutes, tuple(item.part_number for item in items))


async def wanted_work(store: Store, model: VehicleModel, items: Sequence[PricedItem]) -> WantedWork:
    """The items as work in this store: with the certified technician they need, and whether the store has the parts.

    Raises:
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    needs = needs_of(model, items)
    return await work_in(store, needs.kind, needs.minutes, needs.part_numbers)


async def require_in_reach(store_id: int, starts_at: datetime) -> None:
    """Refuse a time that is further ahead than the store promises.

    Raises:
        SlotTooFar: its details name the last day that can be booked.
    """
    last_day = rules.last_bookable_day(clock.now(), await policy_of(AppointmentPolicy, store_id))
    if clock.local(starts_at).date() > last_day:
        raise SlotTooFar(last_day)


async def hold(
    actor: Actor, *, customer_id: int, vehicle_id: int, store_id: int, item_ids: Sequence[int], starts_at: datetime
) -> PromisedTime:
    """Hold a slot for some minutes while the booking is filled in. An earlier hold of the same customer is freed.

    Raises:
        SlotTaken, SlotNotPossible, SlotTooFar, VehicleNotBound, NothingWanted, ItemsNotBookable, TooMuchForOneDay.
    """
    await require_in_reach(store_id, starts_at)
    async with database.transaction():
        store, car, items = await _wanted(actor, customer_id, vehicle_id, store_id, item_ids)
        return await hold_place(store, car, items, starts_at, customer_id=customer_id)


async def hold_place(
    store: Store, car: CarToBook, items: Sequence[PricedItem], starts_at: datetime, *, customer_id: int
) -> PromisedTime:
    """Hold a slot for work that the caller has permitted, in its transaction; the errors are those of `hold`."""
    await promising.begin(capacity.KIND, store.id, customer_id, starts_at)
    wanted = await wanted_work(store, car.model, items)
    return await capacity.take_place(store, wanted, starts_at, customer_id=customer_id)


async def book(
    actor: Actor,
    *,
    customer_id: int,
    vehicle_id: int,
    store_id: int,
    item_ids: Sequence[int],
    starts_at: datetime,
    note: str = "",
    waits_on_site: bool = False,
    coupon_id: int | None = None,
    campaign_token: str = "",
    source: str = "",
) -> Appointment:
    """Book a slot. An advisor of the store must confirm it, unless an advisor books or the store confirms
    automatically.

    Raises:
        SlotTaken, SlotNotPossible, SlotTooFar, VehicleNotBound, VehicleHasAppointment.
        NothingWanted, ItemsNotBookable, TooMuchForOneDay.
        CouponNotFound: the coupon to reserve for this visit is not theirs.
        CouponNotUsable: the coupon is not free.
    """
    await require_in_reach(store_id, starts_at)
    async with database.transaction():
        store, car, items = await _wanted(actor, customer_id, vehicle_id, store_id, item_ids)
        appointment = await request(
            actor,
            store,
            car,
            items,
            starts_at,
            customer_id=customer_id,
            note=note,
            waits_on_site=waits_on_site,
            coupon_id=coupon_id,
            campaign_token=campaign_token,
            source=source,
        )
        await answer(actor, store, appointment)
        return appointment


async def answer(actor: Actor, store: Store, appointment: Appointment) -> None:
    """Confirm a request at once where somebody who may promise it made it, or the store confirms by itself; else ask
    the advisors. The caller's transaction wrote the request.
    """
    if is_allowed(actor, "appointments.confirm", subject(store_id=store.id)) and actor.kind == "staff":
        await _confirm_at_once(actor, appointment)
    elif await _confirms_itself(store, appointment.customer_id):
        await _confirm_at_once(system("auto_confirm"), appointment)
    else:
        await notices.ask_to_confirm(appointment)


async def request(
    actor: Actor,
    store: Store,
    car: CarToBook,
    items: Sequence[PricedItem],
    starts_at: datetime,
    *,
    customer_id: int,
    note: str = "",
    waits_on_site: bool = False,
    coupon_id: int | None = None,
    campaign_token: str = "",
    source: str = "",
) -> Appointment:
    """Write the request down with its slot, for a booking that the caller has permitted and goes on to answer, in its
    transaction; the errors are those of `book`.
    """
    await promising.begin(capacity.KIND, store.id, customer_id, starts_at)
    wanted = await wanted_work(store, car.model, items)
    policy = await policy_of(AppointmentPolicy, store.id)
    appointment = await _create(
        store_id=store.id,
        customer_id=customer_id,
        vehicle_id=car.vehicle_id,
        given_plate=car.given_plate,
        given_model_id=None if car.vehicle_id is not None else car.model.id,
        starts_at=starts_at,
        minutes=wanted.minutes,
        bay_kind=wanted.bay_kind,
        state=AppointmentState.REQUESTED,
        source=source or _SOURCES.get(actor.kind, "console"),
        note=note,
        waits_on_site=waits_on_site,
        coupon_id=coupon_id,
        campaign_token=campaign_token,
        confirm_by=rules.confirm_due_at(starts_at, clock.now(), policy),
        created_at=clock.now(),
    )
    await AppointmentItem.bulk_create(
        AppointmentItem(
            appointment_id=appointment.id,
            item_id=item.item_id,
            name=item.name,
            minutes=item.minutes,
            labour_fen=item.labour_fen,
            parts_fen=item.parts_fen,
            package_id=item.package_id,
        )
        for item in items
    )
    about = Ref("appointment", appointment.id)
    wanted = await hold_parts(wanted, about, store.id, [item.part_number for item in items], starts_at)
    await capacity.take_place(store, wanted, starts_at, customer_id=customer_id, appointment_id=appointment.id)
    if coupon_id is not None:
        until = lock_ends_at(starts_at, await policy_of(CouponPolicy, store.id))
        await coupons.lock(customer_id, [coupon_id], about, until=until)
    await record(
        AppointmentRequested(
            actor=str(actor),
            customer_id=customer_id,
            store_id=store.id,
            appointment_id=appointment.id,
            vehicle_id=car.vehicle_id,
            starts_at=starts_at,
            campaign_token=campaign_token,
        )
    )
    return appointment


async def _wanted(
    actor: Actor, customer_id: int, vehicle_id: int, store_id: int, item_ids: Sequence[int]
) -> tuple[Store, CarToBook, list[PricedItem]]:
    authorise(actor, "appointments.book", subject(store_id=store_id, customer_id=customer_id))
    store = await Store.get_or_none(id=store_id, is_live=True)
    vehicle = await Vehicle.get_or_none(id=vehicle_id)
    if store is None or vehicle is None or not await Customer.exists(id=customer_id):
        raise AppointmentNotFound
    is_theirs = await is_bound(vehicle_id=vehicle_id, customer_id=customer_id)
    if not is_theirs and not actor.is_owner:
        # Staff may book for the owner of the car, with or without a mini-program account.
        is_theirs = await Ownership.exists(vehicle_id=vehicle_id, customer_id=customer_id, until_on=None)
    if not is_theirs:
        raise VehicleNotBound
    items = await price_items(store, vehicle, item_ids)
    if not items or len(items) != len(set(item_ids)):
        raise NothingWanted
    return store, CarToBook(await vehicle.model, vehicle_id), items


async def _create(**columns: Any) -> Appointment:
    try:
        async with database.savepoint():
            return await Appointment.create(**columns)
    except IntegrityError as error:
        # Two phones of one family booked the same car at once; the unique index accepted only one of them.
        raise VehicleHasAppointment from error


async def advisor_in_charge(actor: Actor, store_id: int, customer_id: int) -> int | None:
    """Who becomes the owner's contact when `actor` promises the slot.

    That is the actor if they are an advisor of the store; otherwise (a service manager or the system) the owner's own
    advisor, if they still work as one in this store; else nobody yet.
    """
    team = await staff_with_role(Role.SA, store_id)
    if actor.kind == "staff" and actor.id in team:
        return actor.id
    own = (await Customer.get(id=customer_id)).advisor_id
    return own if own in team else None


async def _confirms_itself(store: Store, customer_id: int) -> bool:
    """Whether the booking needs no advisor: only if the store's setting says so, and not after many no-shows."""
    if not store.confirms_automatically:
        return False
    missed = await Appointment.filter(customer_id=customer_id, state=AppointmentState.NO_SHOW)
    policy = await policy_of(AppointmentPolicy, store.id)
    return not rules.needs_advisor_to_confirm([appointment.starts_at for appointment in missed], clock.now(), policy)


async def _confirm_at_once(actor: Actor, appointment: Appointment) -> None:
    appointment.state = AppointmentState.CONFIRMED
    appointment.confirmed_at = clock.now()
    appointment.advisor_id = await advisor_in_charge(actor, appointment.store_id, appointment.customer_id)
    await appointment.save(update_fields=["state", "confirmed_at", "advisor_id"])
    await record(
        AppointmentConfirmed(
            actor=str(actor),
            customer_id=appointment.customer_id,
            store_id=appointment.store_id,
            appointment_id=appointment.id,
            vehicle_id=appointment.vehicle_id,
            starts_at=appointment.starts_at,
            by=actor.name or "系统",
        )
    )
    if not await notices.is_heard_on_the_phone(appointment):
        await notices.tell_result(appointment, "confirmed")
