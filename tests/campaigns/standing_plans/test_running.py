"""Plans through the clock: each due moment is one row and at most one broadcast, whatever happens meanwhile."""

import asyncio
from datetime import date, time, timedelta
from typing import Any

import pytest

from campaigns.broadcasts import drafting, freezing
from campaigns.broadcasts.models import Broadcast, BroadcastWay, Recipient
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.ways import WantedWay
from campaigns.standing_plans import queries, running, service
from campaigns.standing_plans.errors import PatternChanged, PlanNotFound, RuleNotClear
from campaigns.standing_plans.models import StandingPlan, StandingRun
from campaigns.standing_plans.rules import Happening, PlanRunState, PlanState, Rhythm, Timing
from campaigns.standing_plans.service import PlanDraft
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import TemplateState
from crm_core.dealerships.models import Role
from crm_core.messaging.sms import templates
from crm_core.messaging.sms.models import SmsTemplate
from crm_core.vehicles.models import ServiceVisit
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house

pytestmark = pytest.mark.usefixtures("database")

MONDAYS = Timing(Rhythm.WEEKLY, time(10), weekday=1)
NEXT_MONDAY = make.MONDAY + timedelta(days=7)


async def active(
    house: House, timing: Timing = MONDAYS, *, pattern: dict[str, Any] | None = None, **changes: Any
) -> StandingPlan:
    """A plan of the house, approved."""
    repeated = await house.draft(starts_at=None, **(pattern or {}))
    wanted = PlanDraft(
        **{"name": "周一唤醒", "pattern_id": repeated.id, "timing": timing, "budget_fen": 40_000_00, **changes}
    )
    plan = await service.draft(house.marketer, wanted)
    await service.submit(house.marketer, plan.id, expected_version=plan.version)
    asked = await Approval.get(about=f"standing_plan:{plan.id}")
    await approvals.decide(house.manager, asked.id, agree=True, version_seen=asked.version)
    return await StandingPlan.get(id=plan.id)


async def _runs(plan: StandingPlan) -> list[tuple[date, PlanRunState]]:
    rows = await StandingRun.filter(standing_plan_id=plan.id).order_by("due_at")
    return [(clock.local(row.due_at).date(), row.state) for row in rows]


async def test_an_approved_plan_makes_a_broadcast_that_goes_like_any_other():
    house = await make_house(30)
    plan = await active(house)
    assert (plan.state, plan.next_due_at) == (PlanState.ACTIVE, clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    assert await _runs(plan) == [], "nothing is due yet"
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    (run,) = await StandingRun.filter(standing_plan_id=plan.id)
    broadcast = await Broadcast.get(id=run.broadcast_id)
    assert broadcast.state is BroadcastState.SCHEDULED
    assert broadcast.approved_by == house.manager.id
    assert await freezing.start(broadcast.id)
    assert await Recipient.filter(broadcast_id=broadcast.id).count() == 30
    assert (await StandingPlan.get(id=plan.id)).next_due_at == clock.at(NEXT_MONDAY + timedelta(days=7), 10)


async def test_a_run_has_the_days_of_all_its_channels_and_their_words_are_reviewed_with_the_plan():
    house = await make_house(5)
    by_sms_after_ten_days = {"coupon_template_id": None, "ways": [WantedWay("SMS_MASS", after_days=10)]}
    plan = await active(house, pattern=by_sms_after_ten_days)
    assert await SmsTemplate.filter(message=templates.CAMPAIGN, is_marketing=True).count() == 1
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    run = await StandingRun.get(standing_plan_id=plan.id)
    broadcast = await Broadcast.get(id=run.broadcast_id)
    assert broadcast.ends_at is not None
    assert broadcast.ends_at > clock.at(NEXT_MONDAY + timedelta(days=10), 10)
    assert await BroadcastWay.filter(broadcast_id=broadcast.id).count() == 1


async def test_two_workers_at_once_run_a_moment_once():
    house = await make_house(5)
    plan = await active(house)
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await asyncio.gather(*(running.run_due() for _ in range(4)))
    assert await _runs(plan) == [(NEXT_MONDAY, PlanRunState.STARTED)]


async def test_after_a_stop_the_newest_moment_is_run_and_the_others_are_kept_as_missed():
    house = await make_house(5)
    plan = await active(house)
    await clock.set_to(clock.at(NEXT_MONDAY + timedelta(days=16), 12))
    await running.run_due()
    mondays = [NEXT_MONDAY + timedelta(days=7 * n) for n in range(3)]
    states = [PlanRunState.MISSED, PlanRunState.MISSED, PlanRunState.STARTED]
    assert await _runs(plan) == list(zip(mondays, states, strict=True))
    missed = await StandingRun.filter(standing_plan_id=plan.id).order_by("due_at").first()
    assert missed is not None
    assert missed.reason == f"系统停着错过了，只补 {mondays[2].month}月{mondays[2].day}日 这一次"


async def test_a_jump_of_sixteen_months_starts_one():
    house = await make_house(5)
    plan = await active(house)
    await clock.advance(timedelta(days=486))
    await running.run_due()
    states = [state for _, state in await _runs(plan)]
    assert (states.count(PlanRunState.STARTED), len(states)) == (1, 69)
    after = await StandingPlan.get(id=plan.id)
    assert after.next_due_at is not None
    assert after.next_due_at > clock.now()


async def test_nothing_is_due_while_paused_and_what_was_is_not_made_up_for():
    house = await make_house(5)
    plan = await active(house)
    plan = await service.pause(house.marketer, plan.id, expected_version=plan.version)
    await clock.set_to(clock.at(NEXT_MONDAY, 11))
    await running.run_due()
    plan = await service.resume(house.marketer, plan.id, expected_version=plan.version)
    await running.run_due()
    assert await _runs(plan) == []
    assert plan.next_due_at == clock.at(NEXT_MONDAY + timedelta(days=7), 10)


async def test_its_last_day_ends_it():
    house = await make_house(5)
    plan = await active(house, ends_on=NEXT_MONDAY)
    await clock.advance(timedelta(days=60))
    await running.run_due()
    assert await _runs(plan) == [(NEXT_MONDAY, PlanRunState.STARTED)]
    assert (await StandingPlan.get(id=plan.id)).next_due_at is None


async def test_whoever_changes_the_plan_or_its_pattern_needs_a_new_approval():
    house = await make_house(5)
    plan = await active(house)
    pattern = await Broadcast.get(id=plan.pattern_id)
    other = await house.draft_of(season_line="天热了，空调和轮胎值得看一看。", starts_at=None)
    await drafting.edit(house.marketer, pattern.id, other, expected_version=pattern.version)
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    (run,) = await StandingRun.filter(standing_plan_id=plan.id)
    assert (run.state, run.reason) == (PlanRunState.SKIPPED, "样板群发改过，要重新审批才能再发")
    wanted = PlanDraft("周一唤醒", pattern.id, MONDAYS, 40_000_00)
    plan = await service.edit(house.marketer, plan.id, wanted, expected_version=plan.version)
    assert (plan.state, plan.next_due_at, plan.approved_by) == (PlanState.DRAFT, None, None)


async def test_a_moment_whose_coupon_or_budget_does_not_do_is_skipped_and_says_why():
    house = await make_house(40)
    plan = await active(house, budget_fen=0)
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    pattern = await Broadcast.get(id=plan.pattern_id)
    await CouponTemplate.filter(id=pattern.coupon_template_id).update(state=TemplateState.PAUSED)
    await clock.set_to(clock.at(NEXT_MONDAY + timedelta(days=7), 10))
    await running.run_due()
    first, second = await StandingRun.filter(standing_plan_id=plan.id).order_by("due_at")
    assert "超过每次 0.00 元" in first.reason
    assert second.reason == "卡券已暂停。"
    assert await Broadcast.all().count() == 1, "only the pattern"


async def test_a_plan_after_a_visit_takes_those_of_that_day_and_nobody_twice():
    house = await make_house(6)
    timing = Timing(Rhythm.AFTER, time(10), happening=Happening.PAID_VISIT, days_after=90)
    for n in range(4):
        await ServiceVisit.create(
            vehicle_id=(await make.make_vehicle(vin=f"LYFAA4DE1T1{n:06d}")).id,
            customer_id=house.crowd.first_id + n,
            store_id=house.store.id,
            repair_order_id=n + 1,
            visited_on=clock.today() + timedelta(days=1 + n - 90),
            km=1000,
            summary="小保养",
            is_maintenance=True,
            is_real_work=True,
            paid_fen=1,
        )
    plan = await active(house, timing)
    reached: list[int] = []
    for days in (1, 1, 2):
        await clock.set_to(clock.at(clock.today() + timedelta(days=days), 10))
        await running.run_due()
        run = await StandingRun.filter(standing_plan_id=plan.id).order_by("-due_at").first()
        assert run is not None
        assert run.broadcast_id is not None, run.reason
        assert await freezing.start(run.broadcast_id)
        found = await Recipient.filter(broadcast_id=run.broadcast_id).values_list("customer_id", flat=True)
        reached += [int(str(customer_id)) for customer_id in found]
    assert sorted(reached) == [house.crowd.first_id + n for n in range(4)]


async def test_only_the_author_submits_and_never_unseen_changes():
    house = await make_house(5)
    pattern = await house.draft(starts_at=None)
    with pytest.raises(RuleNotClear):
        await service.draft(house.marketer, PlanDraft("周一", pattern.id, Timing(Rhythm.WEEKLY, time(10)), 0))
    with pytest.raises(RuleNotClear):
        await service.draft(house.marketer, PlanDraft("周一", pattern.id, Timing(Rhythm.WEEKLY, time(23), 1), 0))
    plan = await service.draft(house.marketer, PlanDraft("周一", pattern.id, MONDAYS, 0))
    colleague = await make.acting(Role.MKT, house.store)
    with pytest.raises(NotAllowed):
        await service.submit(colleague, plan.id, expected_version=plan.version)
    other = await house.draft_of(season_line="天热了，空调和轮胎值得看一看。", starts_at=None)
    await drafting.edit(house.marketer, pattern.id, other, expected_version=pattern.version)
    with pytest.raises(PatternChanged):
        await service.submit(house.marketer, plan.id, expected_version=plan.version)
    stranger = await make.acting(Role.MKT, await make.make_store())
    with pytest.raises(PlanNotFound):
        await queries.one(stranger, plan.id)
    assert len((await queries.one(house.marketer, plan.id)).next_moments) == queries.NEXT
    ended = await service.end(house.marketer, plan.id, expected_version=plan.version)
    assert ended.state is PlanState.ENDED
