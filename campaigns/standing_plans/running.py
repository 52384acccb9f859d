"""What the clock does: each due moment of an active plan is run once, by the constraint of its row."""

from datetime import datetime
from typing import Final

from campaigns.broadcasts import costs, repeating, stopping
from campaigns.broadcasts.errors import CouponNotReady
from campaigns.broadcasts.repeating import Again
from campaigns.standing_plans import due, service
from campaigns.standing_plans.models import StandingPlan, StandingRun
from campaigns.standing_plans.rules import PlanRunState, Rhythm, happened_between
from foundation import clock, database, wall_clock
from foundation.money import format_yuan
from foundation.reading import literals

MOST_MOMENTS: Final = 800
"""Of a jump; beyond it the next look goes on."""
_LAST: Final = (
    "SELECT max(due_at) FROM standing_run "
    f"WHERE standing_plan_id = $1 AND state IN ({literals(PlanRunState.STARTED, PlanRunState.SKIPPED)})"
)


async def run_due() -> None:
    """Run what has become due, plan by plan, each in a transaction of its own."""
    plans = await database.fetch(
        "SELECT id FROM standing_plan WHERE next_due_at <= $1 ORDER BY next_due_at, id", clock.now()
    )
    for row in plans:
        await run(row["id"])


async def run(standing_plan_id: int) -> None:
    """Run the newest due moment of a plan, and keep the ones before as missed."""
    async with database.transaction():
        plan = await StandingPlan.select_for_update().get_or_none(id=standing_plan_id)
        now = clock.now()
        if plan is None or plan.next_due_at is None or plan.next_due_at > now:
            return  # Another worker was here, or somebody paused it.
        first = plan.next_due_at
        later = await due.moments_of(plan.timing, first, MOST_MOMENTS, plan.ends_on)
        passed = [first, *(moment for moment in later if moment <= now)]
        newest = passed[-1]
        for moment in passed[:-1]:
            await _note(plan, moment, PlanRunState.MISSED, f"系统停着错过了，只补 {_said(newest)} 这一次")
        await _run_one(plan, newest)
        plan.next_due_at = next((moment for moment in later if moment > now), None)
        if plan.next_due_at is None:
            plan.next_due_at = await due.next_of(plan.timing, now, plan.ends_on)
        await plan.save(update_fields=["next_due_at"])


async def _run_one(plan: StandingPlan, moment: datetime) -> None:
    if not await service.is_as_seen(plan):
        await _note(plan, moment, PlanRunState.SKIPPED, "样板群发改过，要重新审批才能再发")
        return
    try:
        async with database.savepoint():
            if problem := await stopping.coupon_problem(plan.gift_template_id):
                raise _Skipped(f"要送的券：{problem}")
            again = await _begin(plan, moment)
            cost = await repeating.expected(again)
            if cost.reachable == 0:
                raise _Skipped("这次没有联系得到的人")
            gifts_fen = await costs.gift_fen(plan.gift_template_id, cost.expected_arrived)
            cost_fen = cost.reachable * cost.reach_one_fen + cost.coupon_fen + gifts_fen
            if cost_fen > plan.budget_fen:
                raise _Skipped(f"预计花 {format_yuan(cost_fen)} 元，超过每次 {format_yuan(plan.budget_fen)} 元")
    except CouponNotReady as refusal:
        await _note(plan, moment, PlanRunState.SKIPPED, refusal.text)
        return
    except _Skipped as refusal:
        await _note(plan, moment, PlanRunState.SKIPPED, str(refusal))
        return
    await _note(plan, moment, PlanRunState.STARTED, "", again)


class _Skipped(Exception):
    """Why a moment is not run."""


async def _begin(plan: StandingPlan, moment: datetime) -> int:
    """A broadcast as its pattern is, scheduled for now."""
    assert plan.approved_by is not None
    only = None
    if plan.rhythm is Rhythm.AFTER:
        assert plan.happening is not None
        first, last = happened_between(plan.timing, moment, await database.fetch_value(_LAST, plan.id))
        only = service.who(plan.happening, first, last)
    day = wall_clock.local(moment).date()
    return await repeating.begin(
        plan.pattern_id,
        Again(
            name=f"{plan.name} {day.month}月{day.day}日",
            author_id=plan.author_id,
            approved_by=plan.approved_by,
            budget_fen=plan.budget_fen,
            only=only,
        ),
    )


async def _note(
    plan: StandingPlan, moment: datetime, state: PlanRunState, reason: str, broadcast_id: int | None = None
) -> None:
    await StandingRun.create(
        standing_plan_id=plan.id,
        due_at=moment,
        state=state,
        reason=reason,
        broadcast_id=broadcast_id,
        gift_template_id=None if broadcast_id is None else plan.gift_template_id,
        ran_at=clock.now(),
    )


def _said(moment: datetime) -> str:
    local = wall_clock.local(moment)
    return f"{local.month}月{local.day}日"
