"""Binding requests: the advisor compares the licence photo, chooses the car, and approves or refuses (S2)."""

from dataclasses import replace
from datetime import datetime

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.binding_requests import deciding, queries
from crm_core.binding_requests.queries import CarAskedFor, WaitingRequest
from crm_core.dealerships.actors import Actor
from crm_core.vehicles.models import BindingRole
from foundation.media_links import signed
from foundation.reading import derive, read_model
from foundation.web import Id, Schema, Version


class BindingRequestsQuery(Schema):
    """The store whose requests are listed."""

    store_id: Id


@read_model
class WaitingBindingOut:
    """A binding request to check. Without a photo it is from a second applicant, who proved phone and VIN."""

    id: int
    customer_id: int
    customer_name: str
    phone: str | None
    vin_last6: str
    licence_url: str | None
    requested_at: datetime
    cars: list[CarAskedFor]
    version: int


class ApproveBindingIn(Schema):
    """Which car the licence shows, and as what the account is bound to it."""

    vehicle_id: Id
    role: BindingRole
    version: Version


class RefuseBindingIn(Schema):
    """The reason, which the applicant reads."""

    reason: str = Field(min_length=2, max_length=60)
    version: Version


@api.get("/binding-requests", summary="Accounts that wait to be bound to a car, the oldest first")
async def waiting_bindings(actor: Actor, query: BindingRequestsQuery) -> list[WaitingBindingOut]:
    return [_waiting(actor, row) for row in await queries.waiting(actor, query.store_id)]


@api.post("/binding-requests/{binding_id}/approval", status=204, summary="The licence shows this car and this person")
async def approve_binding(actor: Actor, binding_id: int, body: ApproveBindingIn) -> None:
    await deciding.approve(actor, binding_id, vehicle_id=body.vehicle_id, role=body.role, version_seen=body.version)


@api.post("/binding-requests/{binding_id}/refusal", status=204, summary="It does not, or cannot be read")
async def refuse_binding(actor: Actor, binding_id: int, body: RefuseBindingIn) -> None:
    await deciding.refuse(actor, binding_id, reason=body.reason, version_seen=body.version)


def _waiting(actor: Actor, request: WaitingRequest) -> WaitingBindingOut:
    return derive(
        WaitingBindingOut,
        request,
        customer_name=masked.name(actor, request.customer_name),
        phone=masked.phone(actor, request.phone),
        licence_url=signed(request.licence_media) if request.licence_media else None,
        cars=[_car(actor, car) for car in request.cars],
    )


def _car(actor: Actor, car: CarAskedFor) -> CarAskedFor:
    return replace(
        car,
        vin=masked.vin(actor, car.vin),
        plate=masked.plate(actor, car.plate),
        owners=[masked.name(actor, name) for name in car.owners],
        filed_under=[masked.name(actor, name) for name in car.filed_under],
    )
