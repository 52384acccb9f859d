"""A plan gives a coupon to each person it has reached, once, whoever runs it how often."""

import asyncio
from datetime import timedelta

import pytest

from campaigns.broadcasts import freezing
from campaigns.broadcasts.errors import CouponNotReady
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState
from campaigns.standing_plans import gifts, queries, running, service
from campaigns.standing_plans.models import StandingPlan, StandingRun
from campaigns.standing_plans.rules import PlanRunState
from crm_core.coupons.models import Coupon, CouponGranting, CouponTemplate
from crm_core.coupons.rules import Occasion, TemplateState
from crm_core.customers.models import Customer
from foundation import clock
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.standing_plans.test_running import NEXT_MONDAY, active
from tests.checkout import make_template

pytestmark = pytest.mark.usefixtures("database")


async def _reached(house: House, template: CouponTemplate, people: int) -> tuple[StandingPlan, list[int]]:
    """A run of a plan with this gift that has reached so many; returns who they are."""
    plan = await active(house, gift_template_id=template.id)
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    run = await StandingRun.get(standing_plan_id=plan.id)
    assert run.broadcast_id is not None
    assert await freezing.start(run.broadcast_id)
    reached = await Recipient.filter(broadcast_id=run.broadcast_id, state=RecipientState.QUEUED).order_by("id")
    for each in reached[:people]:
        each.state, each.sent_at = RecipientState.SENT, clock.now()
        await each.save()
    return plan, [each.customer_id for each in reached[:people]]


async def test_each_person_it_reached_gets_one_also_when_several_workers_give():
    house, template = await make_house(30), await make_template(quota=100)
    plan, people = await _reached(house, template, 7)
    await asyncio.gather(*(gifts.give_due() for _ in range(4)))
    coupons = await Coupon.filter(template_id=template.id)
    assert sorted(each.customer_id for each in coupons) == sorted(people)
    assert {each.source for each in coupons} == {Occasion.STANDING_PLAN.value}
    assert await gifts.give_due() == 0
    [shown] = await queries.runs_of(house.marketer, plan.id)
    assert (shown.sent, shown.gift, shown.given) == (7, template.name, 7)
    assert (await queries.one(house.marketer, plan.id)).gift == template.name


async def test_who_opted_out_since_gets_none_and_after_a_week_it_is_over():
    house, template = await make_house(30), await make_template(quota=100)
    _, people = await _reached(house, template, 3)
    await Customer.filter(id=people[0]).update(marketing_stopped_at=clock.now())
    assert await gifts.give_due() == 2
    await Customer.filter(id=people[0]).update(marketing_stopped_at=None)
    await clock.advance(timedelta(days=8))
    assert await gifts.give_due() == 0


@pytest.mark.parametrize(("terms", "why"), [({"quota": 2}, "库存发完"), ({"budget_fen": 250_00}, "预算用完")])
async def test_when_stock_or_budget_is_gone_it_is_noted_why_and_the_rest_gets_theirs_later(
    terms: dict[str, int], why: str
):
    house, template = await make_house(30), await make_template(**terms)
    await _reached(house, template, 5)
    assert await gifts.give_due() == 2
    [noted] = await CouponGranting.all()
    assert (noted.occasion, noted.given, noted.short, noted.why) == (Occasion.STANDING_PLAN, 2, 3, why)
    await CouponTemplate.filter(id=template.id).update(quota=100, budget_fen=None)
    assert await gifts.give_due() == 3
    [noted] = await CouponGranting.all()
    assert (noted.given, noted.short, noted.why) == (5, 0, "")


async def test_a_run_is_skipped_when_its_gift_cannot_be_given():
    house, template = await make_house(30), await make_template(quota=100)
    plan = await active(house, gift_template_id=template.id)
    await CouponTemplate.filter(id=template.id).update(state=TemplateState.PAUSED)
    await clock.set_to(clock.at(NEXT_MONDAY, 10))
    await running.run_due()
    run = await StandingRun.get(standing_plan_id=plan.id)
    assert (run.state, run.reason) == (PlanRunState.SKIPPED, "要送的券：卡券已暂停")
    assert not await Broadcast.filter(approved_by=house.manager.id, name__contains="周一").exists()


async def test_what_it_gives_is_approved_with_it_and_must_fit_its_stores():
    house = await make_house(5)
    elsewhere = await make_template(store_ids=[(await make.make_store(advisors=0)).id])
    with pytest.raises(CouponNotReady):
        await active(house, gift_template_id=elsewhere.id)
    template = await make_template()
    plan = await active(house, gift_template_id=template.id)
    without = await active(house)
    assert await service.is_as_seen(plan)
    assert await service.is_as_seen(without)
    plan.gift_template_id = (await make_template()).id
    assert not await service.is_as_seen(plan)
