"""到店 and 出场 from a gate or a plate camera: a car was seen coming into or leaving the yard."""

from pydantic import Field

from crm_core.arrivals import leaving, readings
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Moment, Schema
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
    return DepartureOut(is_noted=await leaving.note_passage(actor, body.plate, body.seen_at))


class GateReadingIn(DepartureIn):
    """Also at which store's gate."""

    store_id: Id


class GateReadingOut(Schema):
    """Whether it is news: a repeat within minutes, a late or unreadable one and a car that is here already are none."""

    is_noted: bool


@api.post("/arrivals", summary="A car was seen coming; again within minutes, late or unreadable changes nothing")
async def report_arrival(actor: Actor, body: GateReadingIn) -> GateReadingOut:
    return GateReadingOut(is_noted=await readings.note(actor, body.store_id, body.plate, body.seen_at))
