"""The advisor's appointments: those of a day, those that wait to be confirmed, and the verbs."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from console.valet import WishIn
from crm_core.appointments import booked, booking, queries, service, visitors
from crm_core.appointments.booked import MOST_DAYS, Booked
from crm_core.appointments.queries import StaffAppointment
from crm_core.binding_requests.registering import Car
from crm_core.dealerships.actors import Actor
from crm_core.preparation import queries as preparation
from crm_core.preparation.queries import PrepSheet
from crm_core.valet.asking import booked_with
from foundation.web import Day, Id, Moment, Schema, Version


class DayQuery(Schema):
    """Which store and day."""

    store_id: Id
    day: Day


class StoreQuery(Schema):
    """Which store."""

    store_id: Id


class DaysQuery(DayQuery):
    """From which day on, and how many."""

    days: int = Field(default=7, ge=1, le=MOST_DAYS)


class VersionIn(Schema):
    """The version the advisor saw."""

    version: Version


class StaffRescheduleIn(VersionIn):
    """Another slot."""

    starts_at: Moment


class StaffCancelIn(VersionIn):
    """Why the store cancels the appointment."""

    reason: str = Field(min_length=1, max_length=80)


class StaffBookIn(Schema):
    """A booking made for an owner, by phone or at the desk."""

    customer_id: Id
    vehicle_id: Id
    store_id: Id
    item_ids: list[Id] = Field(min_length=1, max_length=10)
    starts_at: Moment
    note: str = Field(default="", max_length=200)
    waits_on_site: bool = False
    valet: list[WishIn] = Field([], max_length=2)
    """The car fetched, brought back, or both."""


class VisitorsCarIn(VersionIn):
    """VIN and plate as read from the car; `is_compared` says that the advisor has checked what a rule would refuse."""

    vin: str = Field(max_length=40)
    plate: str = Field(default="", max_length=40)
    model_id: Id
    plate_valid_until: Day | None = None
    is_compared: bool = False


@api.get("/appointments", summary="A store's appointments of one day")
async def appointments_of_day(actor: Actor, query: DayQuery) -> list[StaffAppointment]:
    return [_out(actor, row) for row in await queries.of_day(actor, query.store_id, query.day)]


@api.get("/appointments/days", summary="A store's bookings of some days, for the calendar and the list")
async def appointments_of_days(actor: Actor, query: DaysQuery) -> list[Booked]:
    return [
        replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
        for row in await booked.of_store(actor, query.store_id, query.day, query.days)
    ]


@api.get("/appointments/waiting", summary="Requests nobody has answered, the most urgent first")
async def appointments_waiting(actor: Actor, query: StoreQuery) -> list[StaffAppointment]:
    return [_out(actor, row) for row in await queries.waiting_for_confirmation(actor, query.store_id)]


@api.get("/appointments/{appointment_id}", summary="One appointment")
async def staff_appointment(actor: Actor, appointment_id: int) -> StaffAppointment:
    return _out(actor, await queries.one(actor, appointment_id))


@api.get("/appointments/{appointment_id}/preparation", summary="What to look at and offer when this car comes")
async def appointment_preparation(actor: Actor, appointment_id: int) -> PrepSheet:
    sheet = await preparation.of_appointment(actor, appointment_id)
    found = [replace(each, price_fen=masked.fen(actor, each.price_fen)) for each in sheet.suggestions]
    return replace(sheet, suggestions=found)


@api.post("/appointments", status=201, summary="Book for an owner")
async def staff_book(actor: Actor, body: StaffBookIn) -> StaffAppointment:
    booked = booking.book(actor, **body.model_dump(exclude={"valet"}))
    appointment = await booked_with(actor, booked, [each.wish for each in body.valet])
    return await staff_appointment(actor, appointment.id)


@api.post("/appointments/{appointment_id}/confirmation", summary="Promise the slot to the owner")
async def confirm(actor: Actor, appointment_id: int, body: VersionIn) -> StaffAppointment:
    await service.confirm(actor, appointment_id, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/reschedule", summary="Move to another slot")
async def staff_reschedule(actor: Actor, appointment_id: int, body: StaffRescheduleIn) -> StaffAppointment:
    await service.reschedule(actor, appointment_id, body.starts_at, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/cancellation", summary="Give the slot up with a reason")
async def staff_cancel(actor: Actor, appointment_id: int, body: StaffCancelIn) -> StaffAppointment:
    await service.cancel(actor, appointment_id, body.reason, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/arrival", summary="The owner is here")
async def staff_check_in(actor: Actor, appointment_id: int, body: VersionIn) -> StaffAppointment:
    await service.check_in(actor, appointment_id, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/car", summary="Register the car of somebody who booked by plate")
async def register_visitors_car(actor: Actor, appointment_id: int, body: VisitorsCarIn) -> StaffAppointment:
    car = Car(body.vin, body.model_id, body.plate, body.is_compared, body.plate_valid_until)
    await visitors.register_car(actor, appointment_id, car, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


def _out(actor: Actor, seen: StaffAppointment) -> StaffAppointment:
    return replace(
        seen,
        items=[
            replace(item, labour_fen=masked.fen(actor, item.labour_fen), parts_fen=masked.fen(actor, item.parts_fen))
            for item in seen.items
        ],
        customer_name=masked.name(actor, seen.customer_name),
        customer_phone=masked.phone(actor, seen.customer_phone),
        plate=masked.plate(actor, seen.plate),
    )
