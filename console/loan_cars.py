"""代步车: a store's cars against a week, and lending them for a booking or an order."""

from dataclasses import replace
from datetime import datetime

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.loan_cars import handing, planning, queries
from crm_core.loan_cars.queries import LendingFacts, LendingRow, LoanCarRow
from crm_core.loan_cars.rules import Handing, Licence
from foundation.media_links import signed
from foundation.reading import derive, read_model
from foundation.web import Day, Id, Moment, Schema, Version


class LoanStoreQuery(Schema):
    """Which store."""

    store_id: Id


class LoanWeekQuery(Schema):
    """Which store, and the first day of the week."""

    store_id: Id
    day: Day


class LoanTimeQuery(Schema):
    """Which store, and when a car is needed."""

    store_id: Id
    starts_at: Moment
    ends_at: Moment


class LendingIn(Schema):
    """Which car, from when until when."""

    loan_car_id: Id
    starts_at: Moment
    ends_at: Moment


class LendingVersionIn(Schema):
    """The version that was seen."""

    version: Version


class HandingIn(LendingVersionIn):
    """How the car is as it changes hands."""

    mileage_km: int = Field(ge=0, le=999_999)
    energy_percent: int = Field(ge=0, le=100)
    marks: str = Field(default="", max_length=200)
    photos: list[str] = Field([], max_length=12)

    @property
    def handing(self) -> Handing:
        """As the verbs take it."""
        return Handing(self.mileage_km, self.energy_percent, self.marks, tuple(self.photos))


class HandOutIn(HandingIn):
    """The same with the licence that was shown and what was agreed."""

    driver: str = Field(min_length=1, max_length=20)
    licence_valid_until: Day
    agreement: str = Field(min_length=1, max_length=200)


class ExtensionIn(LendingVersionIn):
    """When the car is to be back now."""

    ends_at: Moment


class LendingReasonIn(LendingVersionIn):
    """Why nobody needs the car."""

    reason: str = Field(min_length=1, max_length=80)


@read_model
class LendingOut(LendingFacts):
    """A lending with its photos under signed addresses."""

    is_late: bool
    out_photos: list[str]
    back_photos: list[str]


@read_model
class LoanCalendarOut:
    """代步车: a store's cars against some days."""

    begins_at: datetime
    ends_at: datetime
    cars: list[LoanCarRow]
    lendings: list[LendingOut]


@api.get("/loan-cars", summary="代步车: a store's cars against a week")
async def loan_calendar(actor: Actor, query: LoanWeekQuery) -> LoanCalendarOut:
    week = await queries.calendar(actor, query.store_id, query.day)
    return derive(LoanCalendarOut, week, lendings=[_out(actor, lending) for lending in week.lendings])


@api.get("/loan-cars/free", summary="The cars nobody has in that time")
async def free_loan_cars(actor: Actor, query: LoanTimeQuery) -> list[LoanCarRow]:
    return await queries.free(actor, query.store_id, query.starts_at, query.ends_at)


@api.get("/lendings/late", summary="The cars that should be back, the longest overdue first")
async def late_lendings(actor: Actor, query: LoanStoreQuery) -> list[LendingOut]:
    return [_out(actor, lending) for lending in await queries.late(actor, query.store_id)]


@api.get("/appointments/{appointment_id}/lendings", summary="The loan cars of a booking")
async def lendings_of_booking(actor: Actor, appointment_id: int) -> list[LendingOut]:
    return [_out(actor, lending) for lending in await queries.of_booking(actor, appointment_id)]


@api.get("/repair-orders/{repair_order_id}/lendings", summary="The loan cars of an order")
async def lendings_of_order(actor: Actor, repair_order_id: int) -> list[LendingOut]:
    return [_out(actor, lending) for lending in await queries.of_order(actor, repair_order_id)]


@api.post("/appointments/{appointment_id}/lendings", status=201, summary="Promise a loan car to whoever booked")
async def lend_for_booking(actor: Actor, appointment_id: int, body: LendingIn) -> LendingOut:
    lending = await planning.plan_for_booking(actor, appointment_id, body.loan_car_id, body.starts_at, body.ends_at)
    return await _shown(actor, lending.id)


@api.post("/repair-orders/{repair_order_id}/lendings", status=201, summary="Promise a loan car for an order")
async def lend_for_order(actor: Actor, repair_order_id: int, body: LendingIn) -> LendingOut:
    lending = await planning.plan_for_order(actor, repair_order_id, body.loan_car_id, body.starts_at, body.ends_at)
    return await _shown(actor, lending.id)


@api.post("/lendings/{lending_id}/hand-out", summary="借出: licence seen, mileage, level, marks, what was agreed")
async def hand_out_loan_car(actor: Actor, lending_id: int, body: HandOutIn) -> LendingOut:
    licence = Licence(body.driver, body.licence_valid_until)
    await handing.hand_out(actor, lending_id, body.handing, licence, body.agreement, expected_version=body.version)
    return await _shown(actor, lending_id)


@api.post("/lendings/{lending_id}/return", summary="还车: mileage, level and what is new on the body")
async def take_back_loan_car(actor: Actor, lending_id: int, body: HandingIn) -> LendingOut:
    await handing.take_back(actor, lending_id, body.handing, expected_version=body.version)
    return await _shown(actor, lending_id)


@api.post("/lendings/{lending_id}/extension", summary="改还车时间")
async def extend_lending(actor: Actor, lending_id: int, body: ExtensionIn) -> LendingOut:
    await planning.extend(actor, lending_id, body.ends_at, expected_version=body.version)
    return await _shown(actor, lending_id)


@api.post("/lendings/{lending_id}/cancellation", summary="不借了")
async def cancel_lending(actor: Actor, lending_id: int, body: LendingReasonIn) -> LendingOut:
    await planning.cancel(actor, lending_id, body.reason.strip(), expected_version=body.version)
    return await _shown(actor, lending_id)


async def _shown(actor: Actor, lending_id: int) -> LendingOut:
    return _out(actor, await queries.one(actor, lending_id))


def _out(actor: Actor, lending: LendingRow) -> LendingOut:
    seen = replace(
        lending,
        customer_name=masked.name(actor, lending.customer_name),
        customer_phone=masked.phone(actor, lending.customer_phone),
        driver=masked.name(actor, lending.driver),
    )
    return derive(
        LendingOut,
        seen,
        out_photos=[signed(key) for key in lending.out_photo_keys],
        back_photos=[signed(key) for key in lending.back_photo_keys],
    )
