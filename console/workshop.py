"""The workshop for staff: the advisor's day (S2), bays (S6), the technician's page (S7), checks (S8), parts (S9)."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from console import masked
from console.repair_orders import MediaKey, OrderVersionIn, StaffLineOut, StaffRepairOrderOut, staff_line
from console.repair_orders import staff_repair_order as shown
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_plate
from crm_core.dealerships.permissions import authorize, subject
from crm_core.parts import stock
from crm_core.repair_orders import (
    board,
    dispatching,
    material,
    quality,
    staff_queries,
    work,
)
from crm_core.repair_orders.dispatching import Choice
from crm_core.repair_orders.rules import PauseReason
from foundation import clock
from foundation.web import Schema


class DayBoardQuery(Schema):
    """Which store and day; today when left out."""

    store_id: int = Field(gt=0, lt=2**63)
    day: date | None = None
    only_mine: bool = False


class WorkshopQuery(Schema):
    """Which store."""

    store_id: int = Field(gt=0, lt=2**63)


class StockQuery(Schema):
    """A part in a store."""

    store_id: int = Field(gt=0, lt=2**63)
    number: str = Field(min_length=1, max_length=20)


class TodoOut(Schema):
    """What burns and its next step; `rule` says which rule put it there."""

    rule: str
    urgency: str
    text: str
    plate: str | None
    repair_order_id: int | None
    additional_work_id: int | None
    appointment_id: int | None


class DayAppointmentOut(Schema):
    """An appointment of the day."""

    id: int
    state: str
    starts_at: datetime
    arrived_at: datetime | None
    minutes: int
    items: str
    customer_id: int
    customer_name: str
    plate: str
    series: str
    waits_on_site: bool
    version: int


class DayOrderOut(Schema):
    """A car in the workshop or to be settled."""

    id: int
    number: str
    state: str
    title: str
    standing: str
    doing: str | None
    open_lines: str
    plate: str
    series: str
    customer_id: int
    customer_name: str
    advisor: str
    promised_at: datetime | None
    first_promised_at: datetime | None
    ready_at: datetime | None
    billed_at: datetime | None
    waits_on_site: bool
    amount_fen: int | None
    version: int


class DayBoardOut(Schema):
    """S2: what to do now, then the columns by their next deadline. Count the lists for the heads."""

    day: date
    now: datetime
    todo: list[TodoOut]
    to_arrive: list[DayAppointmentOut]
    to_receive: list[DayAppointmentOut]
    in_workshop: list[DayOrderOut]
    to_settle: list[DayOrderOut]
    no_show: list[DayAppointmentOut]


class BayJobOut(Schema):
    """A job in a bay; its car's plate is masked, for the board hangs in the hall."""

    line_id: int
    repair_order_id: int
    name: str
    state: str
    pause_reason: str | None
    parts_expected_at: datetime | None
    technician_id: int | None
    technician: str | None
    plate: str
    promised_at: datetime | None
    waits_on_site: bool
    starts_at: datetime
    ends_at: datetime
    is_started: bool


class BayOut(Schema):
    """A row of the board."""

    bay_id: int
    name: str
    kind: str
    is_active: bool
    load_percent: int
    jobs: list[BayJobOut]


class ChoiceOut(Schema):
    """A technician for a job and why, or why not."""

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


class WaitingJobOut(Schema):
    """A job that waits for dispatch, most pressing first, with the ranked technicians."""

    line_id: int
    repair_order_id: int
    order_version: int
    name: str
    minutes: int
    plate: str
    series: str
    promised_at: datetime | None
    waits_on_site: bool
    choices: list[ChoiceOut]


class WorkshopCountsOut(Schema):
    """The heads of the board."""

    to_dispatch: int
    working: int
    waiting_for_parts: int
    to_inspect: int


class WorkshopBoardOut(Schema):
    """S6."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    counts: WorkshopCountsOut
    bays: list[BayOut]
    waiting: list[WaitingJobOut]


class DispatchIn(OrderVersionIn):
    """Lines of one order to a technician in a bay."""

    line_ids: list[int] = Field(min_length=1, max_length=50)
    technician_id: int = Field(gt=0, lt=2**63)
    bay_id: int = Field(gt=0, lt=2**63)


class PhotoIn(Schema):
    """A stored photo and what it shows: 施工前, 施工后, 旧件."""

    key: str = MediaKey
    label: str = Field(min_length=1, max_length=20)


class PhotosIn(Schema):
    """Photos of a job."""

    photos: list[PhotoIn] = Field(min_length=1, max_length=20)


class StartIn(Schema):
    """Photos from before the work, if any."""

    photos: list[PhotoIn] = Field(default=[], max_length=20)


class PauseIn(Schema):
    """Why the job rests; waiting for parts has its own door."""

    reason: Literal["WAIT_OWNER", "OTHER"]


class FinishIn(PhotosIn):
    """A finished job: at least one photo, and the doer's own check."""

    is_self_checked: bool


class WaitForPartsIn(Schema):
    """When the part comes; the promise moves by itself unless a time is given."""

    expected_at: datetime
    promised_finish_at: datetime | None = None


class ExpectedIn(Schema):
    """When a missing part should be here."""

    expected_at: datetime


class ReceiveIn(Schema):
    """How many pieces came; by default what the job wants."""

    quantity: int | None = Field(default=None, gt=0, le=10_000)


class PassIn(OrderVersionIn):
    """A passed inspection."""

    checklist: list[str] = Field(default=[], max_length=50)
    was_road_tested: bool = False
    photos: list[PhotoIn] = Field(default=[], max_length=20)


class FailIn(OrderVersionIn):
    """A failed one: which lines, why, and the photo that shows it."""

    line_ids: list[int] = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=1, max_length=100)
    photos: list[PhotoIn] = Field(min_length=1, max_length=20)
    checklist: list[str] = Field(default=[], max_length=50)


class CancelLineIn(OrderVersionIn):
    """Why a job is dropped."""

    reason: str = Field(min_length=1, max_length=80)


class MyJobOut(Schema):
    """A technician's job. There is no money in it, nor the owner's name or phone."""

    line_id: int
    repair_order_id: int
    order_state: str
    number: str
    name: str
    state: str
    pause_reason: str | None
    parts_expected_at: datetime | None
    plate: str
    series: str
    bay: str | None
    promised_at: datetime | None
    waits_on_site: bool
    planned_starts_at: datetime | None
    standard_minutes: int
    clocked_minutes: int
    finished_at: datetime | None
    fail_count: int
    finding: str
    parts: list["MyPartOut"]


class MyPartOut(Schema):
    """A part of the job and whether it is handed out."""

    part: str
    quantity: int
    state: str
    expected_at: datetime | None


class ToInspectOut(Schema):
    """An order before the final inspection, with its done lines and their doers."""

    id: int
    number: str
    version: int
    plate: str
    series: str
    promised_at: datetime | None
    rework_count: int
    needs_road_test: bool
    lines: list[StaffLineOut]


class PartRequestOut(Schema):
    """A part somebody waits for."""

    id: int
    repair_order_id: int
    number: str
    line_id: int
    line: str
    part: str
    part_number: str
    quantity: int
    state: str
    expected_at: datetime | None
    requested_at: datetime
    needed_at: datetime | None
    bay: str | None
    plate: str
    series: str
    free: int | None


class StockOut(Schema):
    """Pieces nobody has set aside."""

    number: str
    free: int


@api.get("/workshop/day", summary="The advisor's day: what to do now, then the columns")
async def day_board(actor: Actor, query: DayBoardQuery) -> DayBoardOut:
    on = query.day or clock.today()
    rows = await board.day(actor, query.store_id, on, only_mine=query.only_mine)
    appointments = {name: [_appointment(actor, row) for row in rows[name]] for name in ("to_arrive", "to_receive")}
    return DayBoardOut(
        day=on,
        now=clock.now(),
        todo=[_todo(actor, row) for row in rows["todo"]],
        **appointments,
        in_workshop=[_day_order(actor, row) for row in rows["in_workshop"]],
        to_settle=[_day_order(actor, row) for row in rows["to_settle"]],
        no_show=[_appointment(actor, row) for row in rows["no_show"]],
    )


@api.get("/workshop/bays", summary="Bays against time, and what waits for dispatch")
async def bay_board(actor: Actor, query: WorkshopQuery) -> WorkshopBoardOut:
    rows = await board.bays(actor, query.store_id)
    return WorkshopBoardOut(
        now=clock.now(),
        opens_at=rows["opens_at"],
        closes_at=rows["closes_at"],
        counts=rows["counts"],
        bays=[BayOut(**{**bay, "jobs": [_bay_job(job) for job in bay["jobs"]]}) for bay in rows["bays"]],
        waiting=[_waiting(row) for row in rows["waiting"]],
    )


@api.get("/lines/{line_id}/candidates", summary="Who could do a job, best first, and why")
async def candidates(actor: Actor, line_id: int) -> list[ChoiceOut]:
    order, line = await staff_queries.candidates_for(actor, line_id)
    return [_choice(choice) for choice in await dispatching.recommend(order, line)]


@api.post("/repair-orders/{repair_order_id}/dispatch", summary="派工")
async def dispatch(actor: Actor, repair_order_id: int, body: DispatchIn) -> StaffRepairOrderOut:
    await dispatching.dispatch(
        actor,
        repair_order_id,
        body.line_ids,
        technician_id=body.technician_id,
        bay_id=body.bay_id,
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/lines/{line_id}/dispatch-undo", summary="撤销派工")
async def undo_dispatch(actor: Actor, line_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    order = await dispatching.undo_dispatch(actor, line_id, expected_version=body.version)
    return await shown(actor, order.id)


@api.post("/lines/{line_id}/cancellation", summary="Drop an authorised job before it is begun")
async def cancel_line(actor: Actor, line_id: int, body: CancelLineIn) -> StaffRepairOrderOut:
    order = await dispatching.cancel_line(actor, line_id, body.reason, expected_version=body.version)
    return await shown(actor, order.id)


@api.get("/my-work", summary="The technician's jobs: current, next, done today")
async def my_work(actor: Actor) -> list[MyJobOut]:
    return [_my_job(actor, row) for row in await staff_queries.my_work(actor)]


@api.post("/lines/{line_id}/start", summary="打卡: begin, begin rework, or go on")
async def start_job(actor: Actor, line_id: int, body: StartIn) -> list[MyJobOut]:
    await work.clock_on(actor, line_id, photos=_media(body.photos))
    return await my_work(actor)


@api.post("/lines/{line_id}/pause", summary="Rest a job")
async def pause_job(actor: Actor, line_id: int, body: PauseIn) -> list[MyJobOut]:
    await work.pause(actor, line_id, PauseReason(body.reason))
    return await my_work(actor)


@api.post("/lines/{line_id}/photos", summary="Add photos of the work")
async def add_job_photos(actor: Actor, line_id: int, body: PhotosIn) -> list[MyJobOut]:
    await work.add_photos(actor, line_id, _media(body.photos))
    return await my_work(actor)


@api.post("/lines/{line_id}/finish", summary="Finish a job with at least one photo")
async def finish_job(actor: Actor, line_id: int, body: FinishIn) -> list[MyJobOut]:
    await work.finish_line(actor, line_id, _media(body.photos), is_self_checked=body.is_self_checked)
    return await my_work(actor)


@api.post("/lines/{line_id}/parts-wait", status=204, summary="待料: the part comes then; the promise moves")
async def wait_for_parts(actor: Actor, line_id: int, body: WaitForPartsIn) -> None:
    await material.wait_for_parts(actor, line_id, body.expected_at, promised_finish_at=body.promised_finish_at)


@api.post("/repair-orders/{repair_order_id}/team-check", status=204, summary="互检: all jobs looked at")
async def team_check(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> None:
    await work.tick_checks(actor, repair_order_id, expected_version=body.version)


@api.get("/quality-checks", summary="Orders before the final inspection, the earliest promise first")
async def quality_checks(actor: Actor, query: WorkshopQuery) -> list[ToInspectOut]:
    return [_to_inspect(actor, row) for row in await staff_queries.to_inspect(actor, query.store_id)]


@api.post("/repair-orders/{repair_order_id}/quality-check/pass", summary="终检通过")
async def pass_quality_check(actor: Actor, repair_order_id: int, body: PassIn) -> StaffRepairOrderOut:
    await quality.pass_check(
        actor,
        repair_order_id,
        checklist=body.checklist,
        was_road_tested=body.was_road_tested,
        photos=_media(body.photos),
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/quality-check/fail", summary="质检没过: back to the technician")
async def fail_quality_check(actor: Actor, repair_order_id: int, body: FailIn) -> StaffRepairOrderOut:
    await quality.fail_check(
        actor,
        repair_order_id,
        body.line_ids,
        body.reason,
        _media(body.photos),
        checklist=body.checklist,
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/wash", summary="洗车")
async def start_wash(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    await quality.start_wash(actor, repair_order_id, expected_version=body.version)
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/ready", summary="完工: the owner is told")
async def mark_ready(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    await quality.mark_ready(actor, repair_order_id, expected_version=body.version)
    return await shown(actor, repair_order_id)


@api.get("/part-requests", summary="备料 and 缺料 of a store, by the time they are needed")
async def part_requests(actor: Actor, query: WorkshopQuery) -> list[PartRequestOut]:
    rows = await staff_queries.part_requests(actor, query.store_id)
    return [PartRequestOut(**{**row, "plate": masked.plate(actor, row["plate"])}) for row in rows]


@api.post("/repair-orders/{repair_order_id}/parts-issue", status=204, summary="已备好: hand out what is set aside")
async def issue_parts(actor: Actor, repair_order_id: int) -> None:
    await material.issue_parts(actor, repair_order_id)


@api.post("/part-requests/{request_id}/back-order", status=204, summary="缺料: not there, expected then")
async def back_order_part(actor: Actor, request_id: int, body: ExpectedIn) -> None:
    await material.back_order_part(actor, request_id, body.expected_at)


@api.post("/part-requests/{request_id}/arrival", status=204, summary="到货")
async def receive_part(actor: Actor, request_id: int, body: ReceiveIn) -> None:
    await material.receive_part(actor, request_id, body.quantity)


@api.post("/part-requests/{request_id}/return", status=204, summary="退库")
async def take_back_part(actor: Actor, request_id: int) -> None:
    await material.take_back_part(actor, request_id)


@api.get("/stock", summary="查库存: free pieces of a part")
async def part_stock(actor: Actor, query: StockQuery) -> StockOut:
    authorize(actor, "parts.read", subject(store_id=query.store_id))
    return StockOut(number=query.number, free=await stock.free_pieces(query.store_id, query.number))


def _media(photos: list[PhotoIn]) -> list[dict[str, str]]:
    return [{"key": photo.key, "label": photo.label} for photo in photos]


def _todo(actor: Actor, row: dict[str, Any]) -> TodoOut:
    return TodoOut(**{**row, "plate": row["plate"] and masked.plate(actor, row["plate"])})


def _appointment(actor: Actor, row: dict[str, Any]) -> DayAppointmentOut:
    known = {name: row[name] for name in DayAppointmentOut.model_fields}
    known |= {"customer_name": masked.name(actor, row["customer_name"]), "plate": masked.plate(actor, row["plate"])}
    return DayAppointmentOut(**known)


def _day_order(actor: Actor, row: dict[str, Any]) -> DayOrderOut:
    known = {name: row[name] for name in DayOrderOut.model_fields}
    known |= {
        "customer_name": masked.name(actor, row["customer_name"]),
        "plate": masked.plate(actor, row["plate"]),
        "amount_fen": masked.fen(actor, row["amount_fen"]),
    }
    return DayOrderOut(**known)


def _bay_job(job: dict[str, Any]) -> BayJobOut:
    derived = {"line_id", "plate", "starts_at", "ends_at", "is_started"}
    return BayJobOut(
        **{name: job[name] for name in BayJobOut.model_fields if name not in derived},
        line_id=job["id"],
        plate=mask_plate(job["plate"]),
        starts_at=job["started_at"] or job["planned_starts_at"],
        ends_at=job["finished_at"] or job["planned_ends_at"],
        is_started=job["started_at"] is not None,
    )


def _waiting(row: dict[str, Any]) -> WaitingJobOut:
    choices = [_choice(choice) for choice in row["choices"]]
    return WaitingJobOut(**{**row, "plate": mask_plate(row["plate"]), "choices": choices})


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


def _my_job(actor: Actor, row: dict[str, Any]) -> MyJobOut:
    derived = {"line_id", "plate", "standard_minutes", "parts"}
    names = MyPartOut.model_fields
    return MyJobOut(
        **{name: row[name] for name in MyJobOut.model_fields if name not in derived},
        line_id=row["id"],
        plate=masked.plate(actor, row["plate"]),
        standard_minutes=row["labour_centihours"] * 60 // 100 or row["minutes"],
        parts=[MyPartOut(**{name: part[name] for name in names}) for part in row["parts"]],
    )


def _to_inspect(actor: Actor, row: dict[str, Any]) -> ToInspectOut:
    return ToInspectOut(
        id=row["id"],
        number=row["number"],
        version=row["version"],
        plate=masked.plate(actor, row["plate"]),
        series=row["series"],
        promised_at=row["promised_finish_at"],
        rework_count=row["rework_count"],
        needs_road_test=any(line["needs_road_test"] for line in row["lines"]),
        lines=[staff_line(actor, line) for line in row["lines"]],
    )
