"""Making a standing plan and moving it: draft, edit, submit, apply an approval, pause, resume, end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypedDict

from campaigns.broadcasts import repeating, stopping, ways
from campaigns.broadcasts.errors import CouponNotReady
from campaigns.broadcasts.rules import content_hash
from campaigns.broadcasts.saying import check_name, coupon_facts
from campaigns.scope import as_list, as_stores, stores_of, within
from campaigns.segments.definition import Tree, parse
from campaigns.standing_plans import due
from campaigns.standing_plans.errors import PatternChanged, PlanNotFound, RuleNotClear
from campaigns.standing_plans.events import StandingPlanMoved
from campaigns.standing_plans.models import StandingPlan
from campaigns.standing_plans.rules import MOVES, Happening, OnHoliday, PlanState, Rhythm, Timing
from crm_core.approvals import service as approvals
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind
from crm_core.contact.rules import ContactPolicy, ContactRules, may_send_at
from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import group_policy
from foundation import clock, database, wall_clock
from foundation.errors import NotAllowed, StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

_PARTS: Final = (
    "name",
    "pattern_id",
    "store_ids",
    "rhythm",
    "at_minute",
    "weekday",
    "month_day",
    "happening",
    "days_after",
    "on_holiday",
    "ends_on",
    "budget_fen",
    "gift_template_id",
)
"""What an approver sees of a plan beside what its pattern says."""


@dataclass(frozen=True)
class PlanDraft:
    """What the marketer decides about a plan."""

    name: str
    pattern_id: int
    timing: Timing
    budget_fen: int
    ends_on: date | None = None
    gift_template_id: int | None = None


async def draft(actor: Actor, wanted: PlanDraft) -> StandingPlan:
    """Make a plan that repeats a broadcast written before.

    Raises:
        BroadcastNotFound: there is no such pattern for the actor.
        CouponNotReady: no store of the pattern takes the coupon it is to give.
        RuleNotClear, ContentNotAccepted.
    """
    stores_of(actor, "campaigns.draft")
    async with database.transaction():
        columns = await _decided(actor, wanted)
        return await StandingPlan.create(**columns, state=PlanState.DRAFT, author_id=actor.id, created_at=clock.now())


async def edit(actor: Actor, standing_plan_id: int, wanted: PlanDraft, *, expected_version: int) -> StandingPlan:
    """Change a plan. It is a draft again, and nothing is due before it is approved anew.

    Raises:
        IllegalMove: it has ended.
        BroadcastNotFound, PlanNotFound, StaleVersion, RuleNotClear, ContentNotAccepted.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(standing_plan_id))
        plan = await _locked(actor, standing_plan_id, "campaigns.draft", expected_version)
        for name, value in (await _decided(actor, wanted)).items():
            setattr(plan, name, value)
        plan.approved_hash, plan.approved_by = "", None
        await _move(actor, plan, "edit")
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(plan.id))
        return plan


class _Parts(TypedDict):
    """What an approver approves of a plan."""

    name: str
    pattern_id: int
    store_ids: list[int] | None
    rhythm: Rhythm
    at_minute: int
    weekday: int | None
    month_day: int | None
    happening: Happening | None
    days_after: int | None
    on_holiday: OnHoliday
    ends_on: date | None
    budget_fen: int
    gift_template_id: int | None


class _Columns(_Parts):
    """The columns that the marketer decides."""

    content_hash: str


async def _decided(actor: Actor, wanted: PlanDraft) -> _Columns:
    pattern = await repeating.pattern(actor, wanted.pattern_id)
    if problem := wanted.timing.problem():
        raise RuleNotClear(problem)
    await check_name(wanted.name)
    await coupon_facts(wanted.gift_template_id, pattern.store_ids)
    at = wanted.timing.at
    ordinary_day = ContactRules(await group_policy(ContactPolicy))
    if not may_send_at(wall_clock.at(date(2026, 7, 1), at.hour, at.minute), ordinary_day):
        raise RuleNotClear("这个时间不在营销消息时段里。")
    if wanted.timing.happening is not None:
        parse(repeating.narrowed(pattern.definition, who(wanted.timing.happening, clock.today(), clock.today())))
    parts: _Parts = {
        "name": wanted.name,
        "pattern_id": pattern.id,
        "store_ids": pattern.store_ids,
        "rhythm": wanted.timing.rhythm,
        "at_minute": at.hour * 60 + at.minute,
        "weekday": wanted.timing.weekday,
        "month_day": wanted.timing.month_day,
        "happening": wanted.timing.happening,
        "days_after": wanted.timing.days_after,
        "on_holiday": wanted.timing.on_holiday,
        "ends_on": wanted.ends_on,
        "budget_fen": wanted.budget_fen,
        "gift_template_id": wanted.gift_template_id,
    }
    return {**parts, "content_hash": _hash(parts, pattern.content_hash)}


def _hash(parts: Mapping[str, object], says: str) -> str:
    """Of what an approver sees. A plan without a gift has the hash of the time before there were any."""
    seen = {name: value for name, value in parts.items() if name != "gift_template_id" or value is not None}
    return content_hash({**seen, "says": says})


async def submit(actor: Actor, standing_plan_id: int, *, expected_version: int, note: str = "") -> StandingPlan:
    """Ask for approval: once, for every run until the plan is changed.

    Raises:
        NotAllowed: the actor is not the author.
        CouponNotReady: the coupon it is to give cannot be given now.
        PatternChanged: edit the plan once more, so that it holds what its pattern says now.
        NobodyToApprove, IllegalMove, PlanNotFound, StaleVersion.
    """
    async with database.transaction():
        plan = await _locked(actor, standing_plan_id, "campaigns.draft", expected_version)
        if plan.author_id != actor.id:
            raise NotAllowed("只有起草人能提交。")
        if not await is_as_seen(plan):
            raise PatternChanged
        if problem := await stopping.coupon_problem(plan.gift_template_id):
            raise CouponNotReady(f"要送的券：{problem}。")
        expected = await repeating.expected(plan.pattern_id)
        await _move(actor, plan, "submit")
        await ways.prepare(plan.pattern_id)
        await approvals.request(
            actor,
            ApprovalKind.CAMPAIGN,
            about(plan.id),
            content_hash=plan.content_hash,
            title=f"{plan.name}（{plan.timing.words()}）",
            store_ids=as_list(as_stores(plan.store_ids)),
            note=note,
            facts={"customer_count": expected.reachable, "staff_count": expected.staff, "amount_fen": plan.budget_fen},
        )
        return plan


def who(happening: Happening, first: date, last: date) -> Tree:
    """The condition for those to whom it happened on one of these days."""
    return {"field": "happened", "event": happening.value, "from_on": str(first), "until_on": str(last)}


async def is_as_seen(plan: StandingPlan) -> bool:
    """Whether its pattern still says what it said when the plan was written."""
    pattern = await repeating.kept(plan.pattern_id)
    parts = {name: getattr(plan, name) for name in _PARTS}
    return plan.content_hash == _hash(parts, pattern.content_hash)


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Apply the decision, in the transaction of the approval."""
    if event.kind != ApprovalKind.CAMPAIGN or (standing_plan_id := Ref.parse(event.about).of("standing_plan")) is None:
        return
    plan = await StandingPlan.select_for_update().get(id=standing_plan_id)
    if plan.state is not PlanState.PENDING or plan.content_hash != event.content_hash:
        return
    actor = system("approval")
    if not event.is_approved:
        await _move(actor, plan, "send_back")
        return
    plan.approved_hash, plan.approved_by = event.content_hash, event.decided_by
    plan.next_due_at = await due.next_of(plan.timing, clock.now(), plan.ends_on)
    await _move(actor, plan, "approve")


async def pause(actor: Actor, standing_plan_id: int, *, expected_version: int) -> StandingPlan:
    """Nothing is due until it is resumed; broadcasts that have begun go on.

    Raises:
        IllegalMove, PlanNotFound, StaleVersion.
    """
    async with database.transaction():
        plan = await _locked(actor, standing_plan_id, "campaigns.run", expected_version)
        plan.next_due_at = None
        await _move(actor, plan, "pause")
        return plan


async def resume(actor: Actor, standing_plan_id: int, *, expected_version: int) -> StandingPlan:
    """Go on with the next moment from now; what was due meanwhile is not made up for.

    Raises:
        IllegalMove, PlanNotFound, StaleVersion.
    """
    async with database.transaction():
        plan = await _locked(actor, standing_plan_id, "campaigns.run", expected_version)
        plan.next_due_at = await due.next_of(plan.timing, clock.now(), plan.ends_on)
        await _move(actor, plan, "resume")
        return plan


async def end(actor: Actor, standing_plan_id: int, *, expected_version: int) -> StandingPlan:
    """End it for good; broadcasts that have begun go on.

    Raises:
        IllegalMove, PlanNotFound, StaleVersion.
    """
    async with database.transaction():
        await approvals.hold(ApprovalKind.CAMPAIGN, about(standing_plan_id))
        plan = await _locked(actor, standing_plan_id, "campaigns.run", expected_version)
        await _move(actor, plan, "end")
        await approvals.invalidate(actor, ApprovalKind.CAMPAIGN, about(plan.id))
        return plan


def about(standing_plan_id: int) -> Ref:
    """The reference by which approvals name a plan."""
    return Ref("standing_plan", standing_plan_id)


async def _locked(actor: Actor, standing_plan_id: int, action: str, expected_version: int) -> StandingPlan:
    plan = await StandingPlan.select_for_update().get_or_none(id=standing_plan_id)
    if plan is None or not within(as_stores(plan.store_ids), stores_of(actor, action)):
        raise PlanNotFound
    if plan.version != expected_version:
        raise StaleVersion(current_version=plan.version, current_state=plan.state.value)
    return plan


async def _move(actor: Actor, plan: StandingPlan, action: str) -> None:
    plan.state = next_state(MOVES, plan.state, action)
    if plan.state is not PlanState.ACTIVE:
        plan.next_due_at = None
    plan.version += 1
    await plan.save()
    await record(
        StandingPlanMoved(
            actor=str(actor), standing_plan_id=plan.id, plan_name=plan.name, action=action, state=plan.state.value
        )
    )
