"""Reads standing plans for screens: the list, one with its next moments, and what became of its moments."""

from datetime import date, datetime
from typing import Final

from campaigns.scope import as_list, stores_of
from campaigns.standing_plans.due import moments_of
from campaigns.standing_plans.errors import PlanNotFound, RuleNotClear
from campaigns.standing_plans.rules import Happening, OnHoliday, PlanRunState, PlanState, Rhythm, Timing, time_of
from crm_core.dealerships.actors import Actor
from foundation import clock
from foundation.reading import Query, derive, read_model

NEXT: Final = 5
RUNS: Final = 100


@read_model
class _Plan:
    """A plan; sums in fen. `at_minute` counts minutes since midnight in Shanghai."""

    id: int
    name: str
    state: PlanState
    pattern_id: int
    pattern_name: str
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
    gift: str | None
    next_due_at: datetime | None
    author: str
    author_id: int
    approver: str | None
    runs: int
    version: int


@read_model
class PlanRow(_Plan):
    """A plan with its rule in words and its next moments, as they are if it is active now or becomes so."""

    rule: str
    next_moments: list[datetime]


@read_model
class PlanRun:
    """What became of a due moment; of a broadcast with how many were sent to so far, and how many of those have the
    coupon that the plan gives.
    """

    id: int
    due_at: datetime
    state: PlanRunState
    reason: str
    broadcast_id: int | None
    broadcast_name: str | None
    sent: int | None
    gift: str | None
    given: int


_PLANS: Final = """
    SELECT p.id, p.name, p.state, p.pattern_id, b.name AS pattern_name, p.rhythm, p.at_minute, p.weekday, p.month_day,
      p.happening, p.days_after, p.on_holiday, p.ends_on, p.budget_fen, p.gift_template_id,
      g.name AS gift, p.next_due_at, u.name AS author, p.author_id,
      a.name AS approver,
      (SELECT count(*) FROM standing_run r WHERE r.standing_plan_id = p.id AND r.broadcast_id IS NOT NULL) AS runs,
      p.version
    FROM standing_plan p JOIN broadcast b ON b.id = p.pattern_id JOIN staff u ON u.id = p.author_id
    LEFT JOIN staff a ON a.id = p.approved_by LEFT JOIN coupon_template g ON g.id = p.gift_template_id
    WHERE ($1::jsonb IS NULL OR (p.store_ids IS NOT NULL AND p.store_ids <@ $1::jsonb))
"""
_ALL: Final = Query(_Plan, f"{_PLANS} ORDER BY p.id DESC")
_ONE: Final = Query(_Plan, f"{_PLANS} AND p.id = $2")
_RUNS: Final = Query(
    PlanRun,
    f"""
    SELECT r.id, r.due_at, r.state, r.reason, r.broadcast_id, b.name AS broadcast_name,
      (SELECT count(x.sent_at) FROM broadcast_recipient x WHERE x.broadcast_id = b.id) AS sent,
      g.name AS gift,
      (SELECT count(*) FROM coupon k WHERE k.template_id = g.id AND k.source_ref = 'broadcast:' || b.id) AS given
    FROM standing_run r LEFT JOIN broadcast b ON b.id = r.broadcast_id
    LEFT JOIN coupon_template g ON g.id = r.gift_template_id
    WHERE r.standing_plan_id = $1 ORDER BY r.due_at DESC LIMIT {RUNS}
    """,
)


@read_model
class RulePreview:
    """A rule in words, with its next moments."""

    rule: str
    next_moments: list[datetime]


async def preview(actor: Actor, timing: Timing, ends_on: date | None) -> RulePreview:
    """What a rule says before it is saved.

    Raises:
        RuleNotClear, NotAllowed.
    """
    stores_of(actor, "campaigns.draft")
    if problem := timing.problem():
        raise RuleNotClear(problem)
    found = await moments_of(timing, clock.now(), NEXT, ends_on)
    return RulePreview(rule=timing.words(), next_moments=found)


async def of_reader(actor: Actor) -> list[PlanRow]:
    """The plans of the reader's stores, the newest first.

    Raises:
        NotAllowed.
    """
    return [await _shown(plan) for plan in await _ALL.all(_scope(actor))]


async def one(actor: Actor, standing_plan_id: int) -> PlanRow:
    """One of them.

    Raises:
        PlanNotFound, NotAllowed.
    """
    plan = await _ONE.first(_scope(actor), standing_plan_id)
    if plan is None:
        raise PlanNotFound
    return await _shown(plan)


async def runs_of(actor: Actor, standing_plan_id: int) -> list[PlanRun]:
    """What became of its last moments, the newest first.

    Raises:
        PlanNotFound, NotAllowed.
    """
    await one(actor, standing_plan_id)
    return await _RUNS.all(standing_plan_id)


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "campaigns.read"))
    return None if stores is None else str(stores)


async def _shown(plan: _Plan) -> PlanRow:
    timing = Timing(
        rhythm=plan.rhythm,
        at=time_of(plan.at_minute),
        weekday=plan.weekday,
        month_day=plan.month_day,
        happening=plan.happening,
        days_after=plan.days_after,
        on_holiday=plan.on_holiday,
    )
    stands_still = plan.state in (PlanState.ENDED, PlanState.PAUSED)
    return derive(
        PlanRow,
        plan,
        rule=timing.words(),
        next_moments=[] if stands_still else await moments_of(timing, clock.now(), NEXT, plan.ends_on),
    )
