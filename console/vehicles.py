"""Cars at the desk: a car's page, whose it is, its plate, and what to look at before somebody is filed twice."""

from pydantic import Field

from console.sign_in import api
from crm_core.binding_requests import look_alikes, people_of_cars
from crm_core.binding_requests.car_record import CarRecord, car_record
from crm_core.binding_requests.look_alikes import LookedUp
from crm_core.dealerships.actors import Actor
from crm_core.vehicles.models import BindingRole
from foundation.web import Day, Id, Schema


class LookAlikeIn(Schema):
    """What is typed so far; what is empty is not asked."""

    store_id: Id
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    plate: str = Field(default="", max_length=40)
    vin: str = Field(default="", max_length=40)


class PlateOfCarIn(Schema):
    """The plate the car wears now, empty for none, and the one the form was opened with."""

    plate: str = Field(max_length=40)
    valid_until: Day | None = None
    """The last day of a temporary plate."""
    plate_seen: str = Field(max_length=40)
    is_compared: bool = False
    """Whether the advisor has compared a plate of a rare kind (临时、使领、武警) with the car."""


class PersonOfCarIn(Schema):
    """Who has the car too, as what, from which day."""

    customer_id: Id
    role: BindingRole
    since_on: Day


class EndOfTieIn(Schema):
    """The last day they had it, and how we know."""

    until_on: Day
    reason: str = Field(min_length=2, max_length=80)


class CarSaleIn(Schema):
    """When it was sold, to whom if they are on file, and by which paper the desk knows it."""

    sold_on: Day
    to: Id | None = None
    reason: str = Field(min_length=2, max_length=80)


@api.post("/reception/look-alikes", summary="Who on file they may be, and what the VIN says, before anybody is filed")
async def desk_look_alikes(actor: Actor, body: LookAlikeIn) -> LookedUp:
    asked = look_alikes.Asked(body.name, body.phone, body.plate, body.vin)
    return await look_alikes.look_up(actor, body.store_id, asked)


@api.get("/vehicles/{vehicle_id}", summary="One car's page")
async def car_page(actor: Actor, vehicle_id: int) -> CarRecord:
    return await car_record(actor, vehicle_id)


@api.put("/vehicles/{vehicle_id}/plate", summary="The plate it wears now")
async def change_plate_of_car(actor: Actor, vehicle_id: int, body: PlateOfCarIn) -> CarRecord:
    await people_of_cars.change_plate(
        actor,
        vehicle_id,
        plate=body.plate,
        plate_seen=body.plate_seen,
        is_compared=body.is_compared,
        valid_until=body.valid_until,
    )
    return await car_record(actor, vehicle_id)


@api.post("/vehicles/{vehicle_id}/people", summary="One more owner or user")
async def add_person_to_car(actor: Actor, vehicle_id: int, body: PersonOfCarIn) -> CarRecord:
    await people_of_cars.add_person(actor, vehicle_id, body.customer_id, role=body.role, since_on=body.since_on)
    return await car_record(actor, vehicle_id)


@api.post("/vehicles/{vehicle_id}/people/{tie_id}/end", summary="Somebody no longer has the car")
async def end_person_of_car(actor: Actor, vehicle_id: int, tie_id: int, body: EndOfTieIn) -> CarRecord:
    await people_of_cars.end_person(actor, vehicle_id, tie_id, until_on=body.until_on, reason=body.reason)
    return await car_record(actor, vehicle_id)


@api.post("/vehicles/{vehicle_id}/sale", summary="The car was sold: everybody who had it has it no more")
async def sell_car(actor: Actor, vehicle_id: int, body: CarSaleIn) -> CarRecord:
    await people_of_cars.sell(actor, vehicle_id, sold_on=body.sold_on, to=body.to, reason=body.reason)
    return await car_record(actor, vehicle_id)
