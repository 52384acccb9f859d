"""门口: the cars a camera saw coming, and what the desk says of them."""

from dataclasses import replace

from console import masked
from console.sign_in import api
from crm_core.arrivals import queries, readings
from crm_core.arrivals.queries import CarAtTheGate
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Schema, Version


class GateQuery(Schema):
    """Which store."""

    store_id: Id


class ArrivalSeenIn(Schema):
    """The version the desk saw."""

    version: Version


class ArrivalBookingIn(ArrivalSeenIn):
    """For which booking the car came."""

    appointment_id: Id


@api.get("/gate-arrivals", summary="门口: cars that stand at the gate, with their bookings")
async def gate_arrivals(actor: Actor, query: GateQuery) -> list[CarAtTheGate]:
    return [_masked(actor, car) for car in await queries.of_store(actor, query.store_id)]


@api.post("/gate-arrivals/{gate_arrival_id}/booking", status=204, summary="是这辆: the car came for this booking")
async def settle_gate_arrival(actor: Actor, gate_arrival_id: int, body: ArrivalBookingIn) -> None:
    await readings.settle(actor, gate_arrival_id, body.appointment_id, expected_version=body.version)


@api.post("/gate-arrivals/{gate_arrival_id}/dismissal", status=204, summary="不是来修车: it comes for something else")
async def dismiss_gate_arrival(actor: Actor, gate_arrival_id: int, body: ArrivalSeenIn) -> None:
    await readings.dismiss(actor, gate_arrival_id, expected_version=body.version)


def _masked(actor: Actor, car: CarAtTheGate) -> CarAtTheGate:
    alike = [
        replace(each, plate=masked.plate(actor, each.plate), customer_name=masked.name(actor, each.customer_name))
        for each in car.alike
    ]
    name = None if car.customer_name is None else masked.name(actor, car.customer_name)
    return replace(car, plate=masked.plate(actor, car.plate), customer_name=name, alike=alike)
