"""Appointments a program reads, when a webhook told it of one, and those it books, moves and cancels."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from crm_core.appointments import service
from crm_core.appointments.free_times import WantedVisit
from crm_core.appointments.rules import AppointmentState
from crm_core.dealerships.actors import Actor
from crm_core.partners import booking, reading
from crm_core.partners.reading import PartnerAppointment
from foundation.web import Day, Id, Moment, Schema, Version
from partner_api.admission import api
from partner_api.shapes import Fen

MOST_DAYS = 14
_IDS = r"^\d{1,18}(,\d{1,18}){0,9}$"


class CarQuery(Schema):
    """A car of one of the program's customers, in a store."""

    store_id: Id
    vehicle_id: Id


class SlotsQuery(CarQuery):
    """Who would come with which car for what, and on which days."""

    customer_id: Id
    item_ids: str = Field(max_length=200, pattern=_IDS, description="ids joined by commas")
    day: Day
    days: int = Field(default=7, ge=1, le=MOST_DAYS)


class ProgramBookIn(Schema):
    """A booking for a customer and their car."""

    store_id: Id
    customer_id: Id
    vehicle_id: Id
    item_ids: list[Id] = Field(min_length=1, max_length=10)
    starts_at: Moment
    note: str = Field(default="", max_length=200)


class ProgramMoveIn(Schema):
    """Another slot, and the version of the booking that was seen."""

    starts_at: Moment
    version: Version


class ProgramCancelIn(Schema):
    """Why, as the customer said it, and the version of the booking that was seen."""

    reason: Annotated[str, Field(min_length=1, max_length=80)]
    version: Version


class BookableOut(Schema):
    """What can be booked: planned minutes, and labour and parts in fen."""

    id: int
    name: str
    minutes: int
    price_fen: Fen


class TimeOut(Schema):
    """A time: how many such visits it has room for, and in words why it has none."""

    starts_at: datetime
    is_free: bool
    places_left: int
    reason: str | None


class BookedOut(Schema):
    """Where the booking stands; REQUESTED waits for an advisor until `confirm_by`."""

    id: int
    state: AppointmentState
    starts_at: datetime
    confirm_by: datetime | None
    version: int


@api.get("/bookable-items", summary="What can be booked for a car, with its time and price")
async def bookable_items(actor: Actor, query: CarQuery) -> list[BookableOut]:
    items = await booking.bookable(actor, query.store_id, query.vehicle_id)
    return [
        BookableOut(id=item.item_id, name=item.name, minutes=item.minutes, price_fen=item.total_fen) for item in items
    ]


@api.get("/appointment-slots", summary="A store's times for this work, free or with the reason against it")
async def appointment_slots(actor: Actor, query: SlotsQuery) -> list[TimeOut]:
    wanted = [int(item) for item in query.item_ids.split(",")]
    visit = WantedVisit(query.customer_id, query.vehicle_id, query.store_id, wanted)
    answers = await booking.slots(actor, visit, [query.day + timedelta(days=n) for n in range(query.days)])
    return [
        TimeOut(starts_at=each.starts_at, is_free=each.is_free, places_left=each.places_left, reason=each.reason)
        for each in answers
    ]


@api.post("/appointments", status=201, summary="Book; a refusal names the nearest free times")
async def book_appointment(actor: Actor, body: ProgramBookIn) -> BookedOut:
    visit = WantedVisit(body.customer_id, body.vehicle_id, body.store_id, body.item_ids)
    booked = await booking.book(actor, visit, body.starts_at, body.note)
    return BookedOut(
        id=booked.id,
        state=booked.state,
        starts_at=booked.starts_at,
        confirm_by=booked.confirm_by,
        version=booked.version,
    )


@api.get("/appointments/{appointment_id}", summary="One appointment")
async def read_appointment(actor: Actor, appointment_id: Id) -> PartnerAppointment:
    return await reading.appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/move", status=204, summary="Move to another time")
async def move_appointment(actor: Actor, appointment_id: Id, body: ProgramMoveIn) -> None:
    await service.reschedule(actor, appointment_id, body.starts_at, expected_version=body.version)


@api.post("/appointments/{appointment_id}/cancel", status=204, summary="Cancel")
async def cancel_appointment(actor: Actor, appointment_id: Id, body: ProgramCancelIn) -> None:
    await service.cancel(actor, appointment_id, body.reason, expected_version=body.version)
