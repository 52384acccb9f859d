"""The owner's cars: binding them, and what was done to them."""

from datetime import date
from typing import Any

from pydantic import Field

from crm_core.customers import mini_program
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_vin
from crm_core.vehicles import bindings, queries
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.errors import VehicleNotFound
from foundation.web import Schema
from miniprogram_api.login import api


class BindIn(Schema):
    """The last six characters of the VIN; the phone is the one WeChat vouched for."""

    vin_last6: str = Field(pattern=r"^\s*[A-HJ-NPR-Za-hj-npr-z0-9]{6}\s*$", max_length=20)


class LicenceIn(Schema):
    """The whole VIN and a photo of the 行驶证 uploaded before."""

    vin: str = Field(pattern=r"^\s*[A-HJ-NPR-Za-hj-npr-z0-9]{17}\s*$", max_length=30)
    licence_media: str = Field(pattern=r"^[0-9a-f]{64}\.(jpg|png|webp)$")


class VehicleOut(Schema):
    """A car of the account; the VIN is masked even here, since screens are shown around."""

    id: int
    vin: str
    plate: str
    series: str
    trim: str
    powertrain: str
    mileage_km: int
    mileage_on: date | None
    last_service_on: date | None
    next_service_due_on: date | None
    insurance_ends_on: date | None
    home_store_id: int | None
    role: str
    state: str


class VisitOut(Schema):
    """A closed visit."""

    id: int
    visited_on: date
    km: int
    summary: str
    paid_fen: int
    store: str | None


@api.get("/vehicles", summary="The account's cars")
async def vehicles(actor: Actor) -> list[VehicleOut]:
    return [_out(row) for row in await queries.bound_to(actor, actor.id)]


@api.post("/vehicles", status=201, summary="Bind a car with phone on file and last six of the VIN")
async def bind_vehicle(actor: Actor, body: BindIn) -> VehicleOut:
    phone = await mini_program.verified_phone(actor)
    binding = await bindings.bind(actor, verified_phone=phone, vin_last6=body.vin_last6)
    return await _one(actor, binding.vehicle_id)


@api.post("/vehicles/licences", status=201, summary="Ask an advisor to compare the licence photo")
async def request_binding(actor: Actor, body: LicenceIn) -> VehicleOut:
    binding = await bindings.request(actor, vin=body.vin, licence_media=body.licence_media)
    return await _one(actor, binding.vehicle_id)


@api.delete("/vehicles/{vehicle_id}", summary="Let a car go")
async def unbind_vehicle(actor: Actor, vehicle_id: int) -> None:
    await bindings.unbind(actor, vehicle_id)


@api.get("/vehicles/{vehicle_id}/visits", summary="What was done to a car here")
async def vehicle_visits(actor: Actor, vehicle_id: int) -> list[VisitOut]:
    if not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
        raise VehicleNotFound
    return [VisitOut(**row) for row in await queries.visits(actor, actor.id, vehicle_id)]


async def _one(actor: Actor, vehicle_id: int) -> VehicleOut:
    rows = await queries.bound_to(actor, actor.id)
    return _out(next(row for row in rows if row["id"] == vehicle_id))


def _out(row: dict[str, Any]) -> VehicleOut:
    return VehicleOut(**{**row, "vin": mask_vin(row["vin"])})
