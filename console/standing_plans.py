"""定期计划: broadcasts that are repeated by a rule, approved once."""

from datetime import time
from typing import Annotated

from pydantic import Field

from campaigns.standing_plans import queries, service
from campaigns.standing_plans.queries import PlanRow, PlanRun, RulePreview
from campaigns.standing_plans.rules import Happening, OnHoliday, Rhythm, Timing
from campaigns.standing_plans.service import PlanDraft
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Day, Id, Schema, Version


class RuleIn(Schema):
    """When it is due."""

    rhythm: Rhythm
    at: time
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None
    month_day: Annotated[int, Field(ge=1, le=31)] | None = None
    happening: Happening | None = None
    days_after: Annotated[int, Field(ge=1, le=1000)] | None = None
    on_holiday: OnHoliday = OnHoliday.RUN
    ends_on: Day | None = None


class StandingPlanIn(RuleIn):
    """A plan to make: its pattern is a broadcast written before."""

    name: str = Field(min_length=1, max_length=20)
    pattern_id: Id
    budget_fen: int = Field(ge=0, le=10**12)
    gift_template_id: Id | None = None


class StandingPlanUpdateIn(StandingPlanIn):
    """A change, with the version it was made on."""

    version: Version


class PlanSeenIn(Schema):
    """The version that was on the screen."""

    version: Version


class StandingPlanOut(Schema):
    """Its number and version."""

    id: int
    version: int


@api.post("/standing-plans/preview", summary="A rule in words, with its next five moments")
async def preview_standing_plan(actor: Actor, body: RuleIn) -> RulePreview:
    return await queries.preview(actor, _timing(body), body.ends_on)


@api.get("/standing-plans", summary="Plans of the reader's stores, the newest first")
async def standing_plans(actor: Actor) -> list[PlanRow]:
    return await queries.of_reader(actor)


@api.get("/standing-plans/{standing_plan_id}", summary="A plan with its next five moments")
async def standing_plan(actor: Actor, standing_plan_id: int) -> PlanRow:
    return await queries.one(actor, standing_plan_id)


@api.get("/standing-plans/{standing_plan_id}/runs", summary="What became of its moments, the newest first")
async def standing_plan_runs(actor: Actor, standing_plan_id: int) -> list[PlanRun]:
    return await queries.runs_of(actor, standing_plan_id)


@api.post("/standing-plans", status=201, summary="Make a plan that repeats a broadcast")
async def make_standing_plan(actor: Actor, body: StandingPlanIn) -> StandingPlanOut:
    plan = await service.draft(actor, _wanted(body))
    return StandingPlanOut(id=plan.id, version=plan.version)


@api.put("/standing-plans/{standing_plan_id}", summary="Change a plan; it needs a new approval")
async def edit_standing_plan(actor: Actor, standing_plan_id: int, body: StandingPlanUpdateIn) -> StandingPlanOut:
    plan = await service.edit(actor, standing_plan_id, _wanted(body), expected_version=body.version)
    return StandingPlanOut(id=plan.id, version=plan.version)


@api.post("/standing-plans/{standing_plan_id}/submission", summary="Ask for approval, once for all its runs")
async def submit_standing_plan(actor: Actor, standing_plan_id: int, body: PlanSeenIn) -> StandingPlanOut:
    plan = await service.submit(actor, standing_plan_id, expected_version=body.version)
    return StandingPlanOut(id=plan.id, version=plan.version)


@api.post("/standing-plans/{standing_plan_id}/pause", summary="Nothing is due until it is resumed")
async def pause_standing_plan(actor: Actor, standing_plan_id: int, body: PlanSeenIn) -> StandingPlanOut:
    plan = await service.pause(actor, standing_plan_id, expected_version=body.version)
    return StandingPlanOut(id=plan.id, version=plan.version)


@api.post("/standing-plans/{standing_plan_id}/resumption", summary="Go on with the next moment from now")
async def resume_standing_plan(actor: Actor, standing_plan_id: int, body: PlanSeenIn) -> StandingPlanOut:
    plan = await service.resume(actor, standing_plan_id, expected_version=body.version)
    return StandingPlanOut(id=plan.id, version=plan.version)


@api.post("/standing-plans/{standing_plan_id}/end", summary="End it for good")
async def end_standing_plan(actor: Actor, standing_plan_id: int, body: PlanSeenIn) -> StandingPlanOut:
    plan = await service.end(actor, standing_plan_id, expected_version=body.version)
    return StandingPlanOut(id=plan.id, version=plan.version)


def _timing(body: RuleIn) -> Timing:
    return Timing(
        rhythm=body.rhythm,
        at=body.at,
        weekday=body.weekday if body.rhythm is Rhythm.WEEKLY else None,
        month_day=body.month_day if body.rhythm is Rhythm.MONTHLY else None,
        happening=body.happening if body.rhythm is Rhythm.AFTER else None,
        days_after=body.days_after if body.rhythm is Rhythm.AFTER else None,
        on_holiday=body.on_holiday,
    )


def _wanted(body: StandingPlanIn) -> PlanDraft:
    return PlanDraft(
        name=body.name,
        pattern_id=body.pattern_id,
        timing=_timing(body),
        budget_fen=body.budget_fen,
        ends_on=body.ends_on,
        gift_template_id=body.gift_template_id,
    )
