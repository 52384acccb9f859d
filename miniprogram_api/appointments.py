"""Booking a service slot: the work that can be booked, the free times, and the owner's appointments."""

from datetime import datetime, timedelta

from pydantic import Field

from crm_core.appointments import alternatives, booking, free_times, queries, service
from crm_core.appointments.alternatives import OtherTimes
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.queries import OwnerAppointment
from crm_core.appointments.rules import FURTHEST_DAYS, AppointmentPolicy, confirm_due_at, owner_moves_until
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import policy_of
from crm_core.valet.asking import booked_with
from foundation import clock
from foundation.reading import derive, read_model
from foundation.web import Day, Id, Moment, Schema, Version
from miniprogram_api.login import api
from miniprogram_api.valet import OwnerWishIn


@read_model
class ServiceItemOut:
    """A job that can be booked for the car; money in fen."""

    item_id: int
    name: str
    minutes: int
    labour_fen: int
    parts_fen: int
    is_maintenance: bool


class SlotOut(Schema):
    """A half-hour slot; `reason` says why it cannot be booked."""

    starts_at: datetime
    places_left: int
    is_free: bool
    reason: str | None


class SlotQuery(Schema):
    """For which car and work, from which day on."""

    vehicle_id: Id
    store_id: Id
    item_ids: str = Field(max_length=200, pattern=r"^\d{1,18}(,\d{1,18}){0,9}$", description="ids joined by commas")
    from_day: Day | None = None
    days: int = Field(default=3, ge=1, le=FURTHEST_DAYS)


class HoldIn(Schema):
    """A slot to keep while the owner fills in the rest."""

    vehicle_id: Id
    store_id: Id
    item_ids: list[Id] = Field(min_length=1, max_length=10)
    starts_at: Moment


class HoldOut(Schema):
    """Until when the slot is held, and what the store promises to an owner who books it now."""

    held_until: datetime
    confirm_by: datetime
    late_minutes: int
    changes: int
    moves_until: datetime


class BookIn(HoldIn):
    """A booking."""

    note: str = Field(default="", max_length=200)
    waits_on_site: bool = False
    coupon_id: Id | None = None
    campaign_token: str = Field(default="", max_length=40)
    valet: list[OwnerWishIn] = Field([], max_length=2)
    """The car fetched, brought back, or both."""


class RescheduleIn(Schema):
    """Another slot, at the version the owner saw."""

    starts_at: Moment
    version: Version


@api.get("/service-items/{vehicle_id}/{store_id}", summary="Jobs that can be booked for a car in a store")
async def service_items(actor: Actor, vehicle_id: int, store_id: int) -> list[ServiceItemOut]:
    return [derive(ServiceItemOut, item) for item in await queries.bookable_items(actor, vehicle_id, store_id)]


@api.get("/slots", summary="Slots of the next days, free or with the reason why not")
async def slots(actor: Actor, query: SlotQuery) -> list[SlotOut]:
    first = max(query.from_day or clock.today(), clock.today())
    days = [first + timedelta(days=n) for n in range(query.days)]
    visit = WantedVisit(actor.id, query.vehicle_id, query.store_id, [int(part) for part in query.item_ids.split(",")])
    answers = await free_times.slots(actor, visit, days)
    return [SlotOut.model_validate(answer) for answer in answers]


@api.post("/slot-holds", status=201, summary="Keep a slot while the owner fills in the rest")
async def hold(actor: Actor, body: HoldIn) -> HoldOut:
    place = await booking.hold(actor, customer_id=actor.id, **body.model_dump())
    return await held(place.held_until, body.store_id, body.starts_at)


async def held(until: datetime | None, store_id: int, starts_at: datetime) -> HoldOut:
    """The slot that is held, with what the store promises about it."""
    assert until is not None, "it is held, not promised"
    policy = await policy_of(AppointmentPolicy, store_id)
    return HoldOut(
        held_until=until,
        confirm_by=confirm_due_at(starts_at, clock.now(), policy),
        late_minutes=policy.kept_when_late_minutes,
        changes=policy.owner_reschedules,
        moves_until=owner_moves_until(starts_at, policy),
    )


@api.post("/appointments", status=201, summary="Book a service slot")
async def book(actor: Actor, body: BookIn) -> OwnerAppointment:
    booked = booking.book(actor, customer_id=actor.id, **body.model_dump(exclude={"valet"}))
    appointment = await booked_with(actor, booked, [each.wish for each in body.valet])
    return await queries.one_of_owner(actor, appointment.id)


@api.get("/appointments", summary="The owner's appointments, newest first")
async def appointments(actor: Actor) -> list[OwnerAppointment]:
    return await queries.of_customer(actor, actor.id)


@api.get("/appointments/{appointment_id}", summary="One appointment")
async def appointment(actor: Actor, appointment_id: int) -> OwnerAppointment:
    return await queries.one_of_owner(actor, appointment_id)


@api.get("/appointments/{appointment_id}/other-times", summary="Two times instead of one that was called off")
async def other_times(actor: Actor, appointment_id: int) -> OtherTimes:
    return await alternatives.other_times(actor, appointment_id)


@api.post("/appointments/{appointment_id}/reschedule", summary="Take another slot and free this one")
async def reschedule(actor: Actor, appointment_id: int, body: RescheduleIn) -> OwnerAppointment:
    await service.reschedule(actor, appointment_id, body.starts_at, expected_version=body.version)
    return await queries.one_of_owner(actor, appointment_id)


@api.post("/appointments/{appointment_id}/arrival", summary="Say that the car is at the store")
async def arrive(actor: Actor, appointment_id: int) -> OwnerAppointment:
    await service.check_in(actor, appointment_id)
    return await queries.one_of_owner(actor, appointment_id)
