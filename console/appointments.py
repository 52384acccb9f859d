"""The advisor's appointments: the day, what waits for an answer, and the verbs."""

from datetime import datetime
from typing import Any

import orjson
from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.appointments import booking, queries, service
from crm_core.dealerships.actors import Actor
from foundation.web import Day, Id, Moment, Schema, Version


class DayQuery(Schema):
    """Which store and day."""

    store_id: int = Field(gt=0, lt=2**63)
    day: Day


class StoreQuery(Schema):
    """Which store."""

    store_id: int = Field(gt=0, lt=2**63)


class VersionIn(Schema):
    """The version the advisor saw."""

    version: Version


class StaffRescheduleIn(VersionIn):
    """Another slot."""

    starts_at: Moment


class StaffCancelIn(VersionIn):
    """Why the store gives it up."""

    reason: str = Field(min_length=1, max_length=80)


class StaffBookIn(Schema):
    """A booking made for an owner, by phone or at the desk."""

    customer_id: int = Field(gt=0, lt=2**63)
    vehicle_id: int = Field(gt=0, lt=2**63)
    store_id: int = Field(gt=0, lt=2**63)
    item_ids: list[Id] = Field(min_length=1, max_length=10)
    starts_at: Moment
    note: str = Field(default="", max_length=200)
    waits_on_site: bool = False


class StaffAppointmentItemOut(Schema):
    """A booked job; money in fen, null for those who see no amounts."""

    item_id: int
    name: str
    minutes: int
    labour_fen: int | None
    parts_fen: int | None


class StaffAppointmentOut(Schema):
    """An appointment as staff see it; name and plate are masked by role, the phone always."""

    id: int
    store_id: int
    customer_id: int
    customer_name: str
    customer_phone: str | None
    visit_number: int
    vehicle_id: int
    plate: str
    series: str
    last_mileage_km: int
    starts_at: datetime
    minutes: int
    state: str
    items: list[StaffAppointmentItemOut]
    note: str
    waits_on_site: bool
    advisor: str | None
    confirm_by: datetime
    confirmed_at: datetime | None
    arrived_at: datetime | None
    end_reason: str
    reschedule_count: int
    repair_order_id: int | None
    version: int


@api.get("/appointments", summary="A store's appointments of one day")
async def appointments_of_day(actor: Actor, query: DayQuery) -> list[StaffAppointmentOut]:
    return [_out(actor, row) for row in await queries.of_day(actor, query.store_id, query.day)]


@api.get("/appointments/waiting", summary="Requests nobody has answered, the most urgent first")
async def appointments_waiting(actor: Actor, query: StoreQuery) -> list[StaffAppointmentOut]:
    return [_out(actor, row) for row in await queries.waiting_for_confirmation(actor, query.store_id)]


@api.get("/appointments/{appointment_id}", summary="One appointment")
async def staff_appointment(actor: Actor, appointment_id: int) -> StaffAppointmentOut:
    return _out(actor, await queries.one(actor, appointment_id))


@api.post("/appointments", status=201, summary="Book for an owner")
async def staff_book(actor: Actor, body: StaffBookIn) -> StaffAppointmentOut:
    appointment = await booking.book(actor, **body.model_dump())
    return await staff_appointment(actor, appointment.id)


@api.post("/appointments/{appointment_id}/confirmation", summary="Promise the slot to the owner")
async def confirm(actor: Actor, appointment_id: int, body: VersionIn) -> StaffAppointmentOut:
    await service.confirm(actor, appointment_id, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/reschedule", summary="Move to another slot")
async def staff_reschedule(actor: Actor, appointment_id: int, body: StaffRescheduleIn) -> StaffAppointmentOut:
    await service.reschedule(actor, appointment_id, body.starts_at, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/cancellation", summary="Give the slot up with a reason")
async def staff_cancel(actor: Actor, appointment_id: int, body: StaffCancelIn) -> StaffAppointmentOut:
    await service.cancel(actor, appointment_id, body.reason, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


@api.post("/appointments/{appointment_id}/arrival", summary="The owner is here")
async def staff_check_in(actor: Actor, appointment_id: int, body: VersionIn) -> StaffAppointmentOut:
    await service.check_in(actor, appointment_id, expected_version=body.version)
    return await staff_appointment(actor, appointment_id)


def _out(actor: Actor, row: dict[str, Any]) -> StaffAppointmentOut:
    derived = {"items", "customer_name", "customer_phone", "plate", "visit_number"}
    known = {name: row[name] for name in StaffAppointmentOut.model_fields if name not in derived}
    return StaffAppointmentOut(
        **known,
        items=_items(actor, row),
        customer_name=masked.name(actor, row["customer_name"]),
        customer_phone=masked.phone(actor, row["customer_phone"]),
        plate=masked.plate(actor, row["plate"]),
        visit_number=row["visit_count"] + 1,
    )


def _items(actor: Actor, row: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = orjson.loads(row["items"])
    if not masked.sees_amounts(actor):
        return [{**item, "labour_fen": None, "parts_fen": None} for item in items]
    return items
