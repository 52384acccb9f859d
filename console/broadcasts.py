"""群发计划 M3, 群发确认 M4, 效果 M6."""

from datetime import datetime
from typing import Any

from pydantic import Field

from campaigns.broadcasts import planning, queries, tasks
from campaigns.broadcasts.planning import Plan
from campaigns.exclusions import Exclusion
from console.segments import ExcludedOut, excluded_out
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Moment, Page, Schema, Version


class BroadcastListQuery(Schema):
    """Where to go on."""

    cursor: Cursor | None = None


class BroadcastIn(Schema):
    """A plan; sums in fen."""

    name: str = Field(min_length=1, max_length=30)
    segment_id: Id
    season_line: str = Field(min_length=1, max_length=24)
    coupon_template_id: Id
    control_percent: int = Field(default=5, ge=5, le=50)
    budget_fen: int = Field(ge=0, le=10**12)
    starts_at: Moment | None = None


class BroadcastEditIn(BroadcastIn):
    """A change, with the version it was made on."""

    version: Version


class BroadcastVersionIn(Schema):
    """The version that was seen."""

    version: Version


class BroadcastSubmitIn(BroadcastVersionIn):
    """Why it should be approved."""

    note: str = Field(default="", max_length=200)


class BroadcastScheduleIn(BroadcastVersionIn):
    """When it begins."""

    starts_at: Moment


class BroadcastReasonIn(BroadcastVersionIn):
    """Why it is paused or cancelled."""

    reason: str = Field(min_length=1, max_length=80)


class BroadcastOut(Schema):
    """A plan; sums in fen."""

    id: int
    name: str
    state: str
    segment_id: int | None
    segment_name: str
    reading: str
    store_ids: list[int] | None
    season_line: str
    coupon_template_id: int | None
    coupon: str
    message_text: str
    card_title: str
    control_percent: int
    budget_fen: int
    starts_at: datetime | None
    ends_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    pause_reason: str
    author: str
    author_id: int
    may_submit: bool = False
    """Of one plan that is read by itself: whether the reader may send it for approval."""
    approver: str | None
    approval_id: int | None
    created_at: datetime
    synced_at: datetime | None
    version: int


class EstimateOut(Schema):
    """Who would get it and what it may bring; sums in fen."""

    chosen: int
    reachable: int
    control: int
    planned: int
    staff: int
    excluded: list[ExcludedOut]
    expected_sent: int
    expected_claimed: int
    expected_arrived: int
    similar_broadcasts: int
    reach_fen: int
    coupon_fen: int
    smallest_visible_difference: float | None
    smallest_difference_sentence: str


class ProgressCountsOut(Schema):
    """Every planned customer once, plus those held out and excluded."""

    planned: int
    control: int
    excluded: int
    waiting_for_task: int
    waiting_for_staff: int
    staff_unavailable: int
    sent: int
    not_friend: int
    quota: int
    failed: int
    excluded_at_sending: int
    dropped: int


class SendTaskOut(Schema):
    """One salesperson's task."""

    id: int
    staff_id: int
    staff: str
    staff_is_active: bool
    state: str
    reason: str
    customers: int
    sent: int
    tasked_at: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    reminders_today: int
    can_remind: bool


class ProgressOut(Schema):
    """What the platform really did so far."""

    broadcast: BroadcastOut
    counts: ProgressCountsOut
    excluded: list[ExcludedOut]
    excluded_at_sending: list[ExcludedOut]
    staff: int
    staff_confirmed: int
    unknown_batches: int
    opted_out: int
    complained: int
    unfriended: int
    turned_away_share: float
    stop_share: float
    stop_line_sentence: str
    coupon_left: int | None
    synced_at: datetime | None
    tasks: list[SendTaskOut]


class FunnelStepOut(Schema):
    """A bar of the funnel; shares from 0 to 1."""

    name: str
    label: str
    people: int
    of_sent: float | None
    of_step_before: float | None


class LiftGroupOut(Schema):
    """People of one group, how many came, and the share."""

    people: int
    came: int
    rate: float


class LiftOut(Schema):
    """The difference of the shares with its 95 % interval."""

    difference: float
    low: float
    high: float
    is_visible: bool


class ReturnCostOut(Schema):
    """What one additional return cost, in fen; null is unbounded."""

    per_return_fen: int
    low_fen: int
    high_fen: int | None


class ResultsOut(Schema):
    """What it brought; sums in fen."""

    funnel: list[FunnelStepOut]
    window_ends_at: datetime | None
    is_window_over: bool
    planned: LiftGroupOut
    control: LiftGroupOut
    lift: LiftOut | None
    difference_sentence: str
    conclusion: str
    cost_fen: int
    reach_fen: int
    coupon_fen: int
    cost_sentence: str
    cost_per_return: ReturnCostOut | None
    counted_at: datetime


class SyncOut(Schema):
    """How many tasks are being read."""

    tasks: int


@api.get("/broadcasts", summary="Plans, the newest first")
async def list_broadcasts(actor: Actor, query: BroadcastListQuery) -> Page[BroadcastOut]:
    before = int(query.cursor) if query.cursor else None
    rows = await queries.list_broadcasts(actor, before_id=before, limit=queries.PAGE + 1)
    items = [_out(row) for row in rows[: queries.PAGE]]
    return Page[BroadcastOut](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/broadcasts/{broadcast_id}", summary="One plan")
async def get_broadcast(actor: Actor, broadcast_id: int) -> BroadcastOut:
    return _out(await queries.one(actor, broadcast_id))


@api.post("/broadcasts", status=201, summary="Draft a plan for a saved segment")
async def create_broadcast(actor: Actor, body: BroadcastIn) -> BroadcastOut:
    broadcast = await planning.draft(actor, Plan(**body.model_dump()))
    return await get_broadcast(actor, broadcast.id)


@api.put("/broadcasts/{broadcast_id}", summary="Change a plan; what waits for approval is void")
async def edit_broadcast(actor: Actor, broadcast_id: int, body: BroadcastEditIn) -> BroadcastOut:
    plan = Plan(**body.model_dump(exclude={"version"}))
    await planning.edit(actor, broadcast_id, plan, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/estimate", summary="Who would get it today, and what it may bring and cost")
async def estimate_broadcast(actor: Actor, broadcast_id: int) -> EstimateOut:
    counted = await queries.estimate(actor, broadcast_id)
    known = {name: getattr(counted, name) for name in EstimateOut.model_fields if name != "excluded"}
    return EstimateOut(**known, excluded=excluded_out(counted.excluded))


@api.post("/broadcasts/{broadcast_id}/submission", summary="Ask somebody else for approval")
async def submit_broadcast(actor: Actor, broadcast_id: int, body: BroadcastSubmitIn) -> BroadcastOut:
    await planning.submit(actor, broadcast_id, expected_version=body.version, note=body.note)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/schedule", summary="Say when an approved plan begins")
async def schedule_broadcast(actor: Actor, broadcast_id: int, body: BroadcastScheduleIn) -> BroadcastOut:
    await planning.schedule(actor, broadcast_id, body.starts_at, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/pause", summary="Make no more tasks for now")
async def pause_broadcast(actor: Actor, broadcast_id: int, body: BroadcastReasonIn) -> BroadcastOut:
    await planning.pause(actor, broadcast_id, reason=body.reason, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/resumption", summary="Go on making tasks")
async def resume_broadcast(actor: Actor, broadcast_id: int, body: BroadcastVersionIn) -> BroadcastOut:
    await planning.resume(actor, broadcast_id, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.post("/broadcasts/{broadcast_id}/cancellation", summary="Drop what is not sent and take it back from WeCom")
async def cancel_broadcast(actor: Actor, broadcast_id: int, body: BroadcastReasonIn) -> BroadcastOut:
    await planning.cancel(actor, broadcast_id, reason=body.reason, expected_version=body.version)
    return await get_broadcast(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/progress", summary="What became of every customer and every task")
async def broadcast_progress(actor: Actor, broadcast_id: int) -> ProgressOut:
    row = await queries.progress(actor, broadcast_id)
    derived = {"broadcast", "tasks", "excluded", "excluded_at_sending"}
    return ProgressOut(
        **{name: row[name] for name in ProgressOut.model_fields if name not in derived},
        broadcast=_out(row["broadcast"]),
        excluded=[ExcludedOut(**one | {"reason": Exclusion(one["reason"])}) for one in row["excluded"]],
        excluded_at_sending=[
            ExcludedOut(**one | {"reason": Exclusion(one["reason"])}) for one in row["excluded_at_sending"]
        ],
        tasks=[SendTaskOut(**{name: one[name] for name in SendTaskOut.model_fields}) for one in row["batches"]],
    )


@api.post("/broadcasts/{broadcast_id}/sync", summary="Read the results at once")
async def sync_broadcast(actor: Actor, broadcast_id: int) -> SyncOut:
    return SyncOut(tasks=await tasks.sync_now(actor, broadcast_id))


@api.post("/broadcasts/{broadcast_id}/tasks/{task_id}/reminder", summary="Remind a salesperson to confirm")
async def remind_broadcast_task(actor: Actor, broadcast_id: int, task_id: int) -> ProgressOut:
    await tasks.remind(actor, broadcast_id, task_id)
    return await broadcast_progress(actor, broadcast_id)


@api.get("/broadcasts/{broadcast_id}/results", summary="The funnel, the comparison with the control group, the cost")
async def broadcast_results(actor: Actor, broadcast_id: int) -> ResultsOut:
    return ResultsOut.model_validate(await queries.results(actor, broadcast_id))


def _out(row: dict[str, Any]) -> BroadcastOut:
    content = {"season_line": row["content"]["season_line"], "coupon": row["content"]["coupon"]}
    return BroadcastOut(**{name: row[name] for name in BroadcastOut.model_fields if name in row}, **content)
