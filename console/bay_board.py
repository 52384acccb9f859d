"""The workshop's board S6: bays against time, what waits for dispatch, and 派工."""

from dataclasses import replace
from datetime import datetime

from pydantic import Field

from console.repair_orders import OrderVersionIn
from console.repair_orders import staff_repair_order as shown
from console.sign_in import api
from console.workshop import WorkshopQuery
from crm_core.appointments.expected import ExpectedCar
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_plate
from crm_core.repair_orders import bay_board as boards
from crm_core.repair_orders import dispatching, placing, reassigning, staff_queries
from crm_core.repair_orders.bay_board import BayRow, TechnicianRow, UndispatchedJob, WorkshopCounts
from crm_core.repair_orders.placing import Choice
from crm_core.repair_orders.staff_models import StaffRepairOrder
from foundation import clock
from foundation.reading import derive, read_model
from foundation.web import Id, Moment, Schema


@read_model
class ChoiceOut:
    """A technician, and why they are suitable for a job or not."""

    technician_id: int
    technician: str
    is_eligible: bool
    bay_id: int | None
    bay: str
    starts_at: datetime
    finishes_at: datetime
    late_minutes: int
    sentence: str
    reasons: list[str]


@read_model
class WaitingJobOut(UndispatchedJob):
    """A job that waits for dispatch, with the ranked technicians."""

    choices: list[ChoiceOut]


@read_model
class WorkshopBoardOut:
    """The board S6. Plates are masked, because it hangs in the hall where everybody can read it."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    counts: WorkshopCounts
    bays: list[BayRow]
    technicians: list[TechnicianRow]
    expected: list[ExpectedCar]
    waiting: list[WaitingJobOut]


@read_model
class PlacementOut:
    """A job at one place of the board: from when to when, and what speaks against it."""

    technician_id: int
    technician: str
    bay_id: int
    bay: str
    starts_at: datetime
    ends_at: datetime
    late_minutes: int
    conflicts: list[str]
    """Empty when the job can be put there; otherwise the verb refuses it with these sentences."""
    warnings: list[str]


class PlaceQuery(Schema):
    """A place on the board; what is left out, the rules choose."""

    technician_id: Id | None = None
    bay_id: Id | None = None
    starts_at: Moment | None = None


class DispatchIn(OrderVersionIn):
    """Lines of one order to a technician in a bay."""

    line_ids: list[Id] = Field(min_length=1, max_length=50)
    technician_id: Id
    bay_id: Id
    starts_at: Moment | None = None
    """As soon as both are free, unless a time is given."""


class MoveIn(OrderVersionIn):
    """Where a job that was given out and not begun is put."""

    technician_id: Id
    bay_id: Id
    starts_at: Moment


class ReassignIn(OrderVersionIn):
    """The technician who takes over, the bay, and the reason."""

    technician_id: Id
    bay_id: Id
    reason: str = Field(min_length=1, max_length=80)


class CancelLineIn(OrderVersionIn):
    """Why a job is dropped."""

    reason: str = Field(min_length=1, max_length=80)


@api.get("/workshop/bays", summary="Bays against time, and what waits for dispatch")
async def bay_board(actor: Actor, query: WorkshopQuery) -> WorkshopBoardOut:
    seen = await boards.bays(actor, query.store_id)
    return derive(
        WorkshopBoardOut,
        seen,
        now=clock.now(),
        bays=[replace(bay, jobs=[replace(job, plate=mask_plate(job.plate)) for job in bay.jobs]) for bay in seen.bays],
        expected=[replace(car, plate=mask_plate(car.plate)) for car in seen.expected],
        waiting=[
            derive(
                WaitingJobOut,
                job,
                plate=mask_plate(job.plate),
                choices=[_choice(choice) for choice in job.choices],
            )
            for job in seen.waiting
        ],
    )


@api.get("/lines/{line_id}/candidates", summary="Who could do a job, best first, and why")
async def candidates(actor: Actor, line_id: int) -> list[ChoiceOut]:
    line = await staff_queries.candidates_for(actor, line_id)
    return [_choice(choice) for choice in await placing.recommend(line.order, line)]


@api.post("/repair-orders/{repair_order_id}/dispatch", summary="派工")
async def dispatch(actor: Actor, repair_order_id: int, body: DispatchIn) -> StaffRepairOrder:
    await dispatching.dispatch(
        actor,
        repair_order_id,
        body.line_ids,
        technician_id=body.technician_id,
        bay_id=body.bay_id,
        starts_at=body.starts_at,
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.get("/lines/{line_id}/placement", summary="What speaks against a place on the board")
async def placement(actor: Actor, line_id: int, query: PlaceQuery) -> PlacementOut:
    line = await staff_queries.candidates_for(actor, line_id)
    found = await placing.explain(
        line.order, line, technician_id=query.technician_id, bay_id=query.bay_id, starts_at=query.starts_at
    )
    return derive(
        PlacementOut,
        found,
        conflicts=[conflict.sentence for conflict in found.conflicts],
        warnings=list(found.warnings),
    )


@api.post("/lines/{line_id}/move", summary="移动: another time, bay or technician for a job not begun")
async def move(actor: Actor, line_id: int, body: MoveIn) -> StaffRepairOrder:
    order = await dispatching.move_job(
        actor,
        line_id,
        technician_id=body.technician_id,
        bay_id=body.bay_id,
        starts_at=body.starts_at,
        expected_version=body.version,
    )
    return await shown(actor, order.id)


@api.post("/lines/{line_id}/dispatch-undo", summary="撤销派工")
async def undo_dispatch(actor: Actor, line_id: int, body: OrderVersionIn) -> StaffRepairOrder:
    order = await dispatching.undo_dispatch(actor, line_id, expected_version=body.version)
    return await shown(actor, order.id)


@api.post("/lines/{line_id}/cancellation", summary="Drop an authorised job before it is begun")
async def cancel_line(actor: Actor, line_id: int, body: CancelLineIn) -> StaffRepairOrder:
    order = await dispatching.cancel_line(actor, line_id, body.reason, expected_version=body.version)
    return await shown(actor, order.id)


@api.post("/lines/{line_id}/reassignment", summary="Give a job that has begun to somebody else or another bay")
async def reassign(actor: Actor, line_id: int, body: ReassignIn) -> StaffRepairOrder:
    line = await reassigning.reassign(
        actor,
        line_id,
        technician_id=body.technician_id,
        bay_id=body.bay_id,
        reason=body.reason,
        expected_version=body.version,
    )
    return await shown(actor, line.repair_order_id)


def _choice(choice: Choice) -> ChoiceOut:
    ranked = choice.recommendation
    return ChoiceOut(
        technician_id=ranked.technician_id,
        technician=choice.technician_name,
        is_eligible=ranked.is_eligible,
        bay_id=choice.bay_id,
        bay=choice.bay_name,
        starts_at=ranked.starts_at,
        finishes_at=ranked.finishes_at,
        late_minutes=ranked.late_minutes,
        sentence=ranked.sentence,
        reasons=list(ranked.reasons),
    )
