"""里程 as the desk sees and corrects it."""

from datetime import date

from pydantic import Field

from console.repair_orders import staff_repair_order
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import mileage
from crm_core.repair_orders.staff_models import StaffRepairOrder
from crm_core.vehicles.service_history import KeptReading, ReadingSource
from foundation.web import Id, Schema, Version


class MileageIn(Schema):
    """What the odometer really showed, and why something else was recorded. `is_mileage_confirmed` says that the
    question 没输错吗 was answered with yes.
    """

    km: int = Field(ge=0, le=999_999)
    reason: str = Field(min_length=1, max_length=80)
    is_mileage_confirmed: bool = False


class OrderMileageIn(MileageIn):
    """The mileage a car came with, at the version the advisor saw."""

    version: Version


class ReadingIn(MileageIn):
    """One reading of the car, as it was seen."""

    source: ReadingSource
    id: Id
    was_km: int = Field(ge=0, le=999_999)


class ReadingOut(Schema):
    """One mileage the next service is predicted from."""

    source: ReadingSource
    id: int
    read_on: date
    km: int
    repair_order_id: int | None
    what: str


@api.post("/repair-orders/{repair_order_id}/mileage", summary="Put the mileage of a visit right")
async def correct_mileage(actor: Actor, repair_order_id: int, body: OrderMileageIn) -> StaffRepairOrder:
    await mileage.correct_of_order(
        actor,
        repair_order_id,
        body.km,
        body.reason,
        is_confirmed=body.is_mileage_confirmed,
        expected_version=body.version,
    )
    return await staff_repair_order(actor, repair_order_id)


@api.get("/vehicles/{vehicle_id}/readings", summary="Every mileage of a car, newest first")
async def readings(actor: Actor, vehicle_id: int) -> list[ReadingOut]:
    return [_out(reading) for reading in await mileage.readings(actor, vehicle_id)]


@api.post("/vehicles/{vehicle_id}/readings/corrections", summary="Put any mileage of a car right")
async def correct_reading(actor: Actor, vehicle_id: int, body: ReadingIn) -> list[ReadingOut]:
    kept = await mileage.correct_reading(
        actor,
        vehicle_id,
        body.source,
        body.id,
        was_km=body.was_km,
        km=body.km,
        reason=body.reason,
        is_confirmed=body.is_mileage_confirmed,
    )
    return [_out(reading) for reading in kept]


def _out(reading: KeptReading) -> ReadingOut:
    return ReadingOut.model_validate(reading, from_attributes=True)
