"""出场 from a gate or a plate camera: a car was seen leaving the yard."""

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.hand_over import gate
from foundation.web import Moment, Schema
from partner_api.admission import api


class DepartureIn(Schema):
    """The plate as the camera read it, and when the car passed."""

    plate: str = Field(min_length=1, max_length=20)
    seen_at: Moment


class DepartureOut(Schema):
    """Whether a car that was given back carries the plate; if not, nothing was noted and nothing is wrong."""

    is_noted: bool


@api.post("/departures", summary="A car was seen leaving; again, misread or unknown changes nothing")
async def report_departure(actor: Actor, body: DepartureIn) -> DepartureOut:
    return DepartureOut(is_noted=await gate.note_passage(actor, body.plate, body.seen_at))
