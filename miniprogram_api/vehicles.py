"""The owner's cars: binding them, and what was done to them."""

from dataclasses import replace

from pydantic import Field

from crm_core.binding_requests import queries as requests
from crm_core.binding_requests import requesting, selling
from crm_core.binding_requests.queries import BindingRequest
from crm_core.customers import mini_program
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_vin
from crm_core.vehicles import expiry_dates, queries
from crm_core.vehicles.bindings import is_bound
from crm_core.vehicles.errors import VehicleNotFound
from crm_core.vehicles.expiry_rules import Expiry
from crm_core.vehicles.models import BindingState
from crm_core.vehicles.queries import ExpiryDate, OwnerCar, OwnerVisit
from crm_core.visits import queries as visits
from crm_core.visits.queries import History
from foundation.reading import read_model
from foundation.web import Day, Id, Schema
from miniprogram_api.login import api


class BindIn(Schema):
    """The last six characters of the VIN in any spelling. The phone is the account's, as verified by WeChat."""

    vin_last6: str = Field(max_length=40)


class LicenceIn(BindIn):
    """A binding request with a photo of the 行驶证, uploaded before, and the store whose advisors have to check it."""

    licence_media: str = Field(pattern=r"^[0-9a-f]{64}\.(jpg|png|webp)$", max_length=80)
    store_id: Id


class ExpiryIn(Schema):
    """The day that stands on the paper; of an inspection any day of its month."""

    kind: Expiry
    ends_on: Day


@read_model
class BindOut:
    """`BOUND` with the car, or `PENDING`: an advisor has to look first."""

    state: BindingState
    vehicle: OwnerCar | None


@api.get("/vehicles", summary="The account's cars")
async def vehicles(actor: Actor) -> list[OwnerCar]:
    return [with_masked_vin(row) for row in await queries.bound_to(actor, actor.id)]


@api.post("/vehicles", status=201, summary="Bind a car with phone on file and last six of the VIN")
async def bind_vehicle(actor: Actor, body: BindIn) -> BindOut:
    phone = await mini_program.verified_phone(actor)
    binding = await requesting.bind(actor, verified_phone=phone, vin_last6=body.vin_last6)
    rows = await queries.bound_to(actor, actor.id)
    car = next((row for row in rows if row.id == binding.vehicle_id), None)
    return BindOut(state=binding.state, vehicle=with_masked_vin(car) if car else None)


@api.get("/vehicles/licences", summary="Binding requests that wait for an advisor, and the last one refused")
async def binding_requests(actor: Actor) -> list[BindingRequest]:
    return await requests.of_account(actor)


@api.post("/vehicles/licences", status=201, summary="Ask an advisor to compare the licence photo")
async def request_binding(actor: Actor, body: LicenceIn) -> BindingRequest:
    binding = await requesting.request(
        actor, vin_last6=body.vin_last6, licence_media=body.licence_media, store_id=body.store_id
    )
    return await requests.request_made(binding.id)


@api.delete("/vehicles/{vehicle_id}", summary="Let a car go")
async def unbind_vehicle(actor: Actor, vehicle_id: int) -> None:
    await requesting.unbind(actor, vehicle_id)


@api.post("/vehicles/{vehicle_id}/sale", status=204, summary="The car is sold: bookings and coupons of it end")
async def sell_vehicle(actor: Actor, vehicle_id: int) -> None:
    await selling.sell(actor, vehicle_id)


@api.get("/vehicles/{vehicle_id}/visits", summary="What was done to a car here")
async def vehicle_visits(actor: Actor, vehicle_id: int) -> list[OwnerVisit]:
    if not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
        raise VehicleNotFound
    return await queries.visits(actor, actor.id, vehicle_id)


def with_masked_vin(car: OwnerCar) -> OwnerCar:
    """The car with its VIN masked, even for its owner, because people show their screens to others."""
    return replace(car, vin=mask_vin(car.vin))


@api.get("/vehicles/{vehicle_id}/expiry-dates", summary="When insurance and inspection run out, and who said so")
async def vehicle_expiry_dates(actor: Actor, vehicle_id: int) -> list[ExpiryDate]:
    return await queries.expiry_dates(actor, vehicle_id)


@api.post("/vehicles/{vehicle_id}/expiry-dates", status=201, summary="Write down when one of them runs out")
async def record_expiry(actor: Actor, vehicle_id: int, body: ExpiryIn) -> list[ExpiryDate]:
    await expiry_dates.record_by_owner(actor, vehicle_id, body.kind, body.ends_on)
    return await queries.expiry_dates(actor, vehicle_id)


@api.get("/vehicles/{vehicle_id}/history", summary="The visits of a car with their documents, in one read")
async def vehicle_history(actor: Actor, vehicle_id: int) -> History:
    return await visits.history(actor, vehicle_id)
