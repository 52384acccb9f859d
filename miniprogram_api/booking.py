"""The page O2, on which an owner books, moves or cancels a visit, and the part of it that visitors may see."""

from typing import Final

from pydantic import Field
from sanic import Request

from crm_core.appointments import offering, queries, service, visitors
from crm_core.appointments.causes import CancelCause, reason
from crm_core.appointments.offering import BookingPage, CancelPage, ChangePage, VisitorPage
from crm_core.appointments.queries import OwnerAppointment
from crm_core.dealerships.actors import Actor
from foundation.web import Day, Id, Moment, PublicDoor, Schema
from miniprogram_api.appointments import HoldOut, held
from miniprogram_api.login import api

_IDS = r"^\d{1,18}(,\d{1,18}){0,9}$"
_VISITORS: Final = PublicDoor("visitor_booking", per_address=240, altogether=6_000, period_seconds=600)
"""Phones of one operator share an address; 240 looks are some twenty people who compare stores and days."""


class VisitorQuery(Schema):
    """What was chosen so far; whatever is left out defaults to the first store and model, and to maintenance."""

    store_id: Id | None = None
    model_id: Id | None = None
    item_ids: str | None = Field(default=None, max_length=200, pattern=_IDS, description="ids joined by commas")
    day: Day | None = None


class BookingQuery(Schema):
    """The car and what was chosen; defaults are the car's own store, maintenance, and the first day with room."""

    vehicle_id: Id
    store_id: Id | None = None
    item_ids: str | None = Field(default=None, max_length=200, pattern=_IDS, description="ids joined by commas")
    day: Day | None = None


class ChangeQuery(Schema):
    """The day whose slots are shown; the first day with room if it is left out."""

    day: Day | None = None


class CancelIn(Schema):
    """Why, if the owner likes to say; nobody has to."""

    cause: CancelCause | None = None
    words: str = Field(default="", max_length=60)


class VisitorHoldIn(Schema):
    """A slot for a car of this model."""

    model_id: Id
    store_id: Id
    item_ids: list[Id] = Field(min_length=1, max_length=10)
    starts_at: Moment


class VisitorBookIn(VisitorHoldIn):
    """The plate in any spelling; it is kept as given and looked up nowhere."""

    plate: str = Field(min_length=1, max_length=40)
    note: str = Field(default="", max_length=200)


@api.get("/booking", summary="O2: six weeks ahead, stores, jobs, coupons and prices in one read")
async def booking_page(actor: Actor, query: BookingQuery) -> BookingPage:
    return await offering.booking_page(
        actor,
        vehicle_id=query.vehicle_id,
        store_id=query.store_id,
        item_ids=_ids(query.item_ids),
        day=query.day,
    )


@api.get("/visitor/booking", public=True, summary="What could be booked, for whoever has no account yet")
async def visitor_page(request: Request, query: VisitorQuery) -> VisitorPage:
    await _VISITORS.admit(request)
    return await offering.visitor_page(
        store_id=query.store_id, model_id=query.model_id, item_ids=_ids(query.item_ids), day=query.day
    )


@api.post("/visitor/slot-holds", status=201, summary="Keep a slot for whoever books by plate; their phone is verified")
async def visitor_hold(actor: Actor, body: VisitorHoldIn) -> HoldOut:
    place = await visitors.hold_for_visitor(actor, **body.model_dump())
    return await held(place.held_until, body.store_id, body.starts_at)


@api.post("/visitor/appointments", status=201, summary="Book by plate and model; an advisor confirms and calls back")
async def visitor_book(actor: Actor, body: VisitorBookIn) -> OwnerAppointment:
    appointment = await visitors.book_for_visitor(actor, **body.model_dump())
    return await queries.one_of_owner(actor, appointment.id)


@api.get("/appointments/{appointment_id}/reschedule", summary="The calendar to move an appointment in")
async def change_page(actor: Actor, appointment_id: int, query: ChangeQuery) -> ChangePage:
    return await offering.change_page(actor, appointment_id, day=query.day)


@api.get("/appointments/{appointment_id}/cancellation", summary="The question before calling off")
async def cancel_page(actor: Actor, appointment_id: int) -> CancelPage:
    return await offering.cancel_page(actor, appointment_id)


@api.post("/appointments/{appointment_id}/cancellation", summary="Give the slot back")
async def cancel(actor: Actor, appointment_id: int, body: CancelIn) -> OwnerAppointment:
    await service.cancel(actor, appointment_id, reason(body.cause, body.words))
    return await queries.one_of_owner(actor, appointment_id)


def _ids(joined: str | None) -> list[int]:
    return [int(part) for part in joined.split(",")] if joined else []
