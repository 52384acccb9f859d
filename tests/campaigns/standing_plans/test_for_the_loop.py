"""The usual plans of the loop of waking: drafted for the ways that no plan uses, and sent to the approver."""

import pytest

from campaigns.broadcasts.models import Broadcast
from campaigns.standing_plans import for_the_loop, service
from campaigns.standing_plans.errors import LoopHasItsPlans
from campaigns.standing_plans.models import StandingPlan
from campaigns.standing_plans.rules import PlanState
from crm_core.approvals.models import Approval
from crm_core.dealerships.models import Role
from foundation.errors import NotAllowed
from tests import factories as make
from tests.campaigns.broadcasts.house import make_house

pytestmark = pytest.mark.usefixtures("database")


async def test_both_are_drafted_and_wait_for_approval_and_a_second_press_finds_them():
    house = await make_house(5)
    made = await for_the_loop.draft_missing(house.marketer)
    assert {plan.name for plan in made} <= {"唤醒群发", "唤醒短信"}
    assert made
    assert {plan.state for plan in made} == {PlanState.PENDING}
    assert await Approval.filter(about__in=[f"standing_plan:{plan.id}" for plan in made]).count() == len(made)
    for plan in made:
        pattern = await Broadcast.get(id=plan.pattern_id)
        assert "waking_turn" in str(pattern.definition)
        assert plan.timing.words() == "每天 10:00"
    with pytest.raises(LoopHasItsPlans):
        await for_the_loop.draft_missing(house.marketer)
    assert await StandingPlan.all().count() == len(made)


async def test_only_what_is_missing_is_drafted_and_an_ended_plan_counts_as_missing():
    house = await make_house(5)
    made = await for_the_loop.draft_missing(house.marketer)
    ended = await service.end(house.marketer, made[0].id, expected_version=made[0].version)
    assert ended.state is PlanState.ENDED
    again = await for_the_loop.draft_missing(house.marketer)
    assert [plan.name for plan in again] == [made[0].name]


async def test_plans_of_another_store_are_its_own_and_who_may_not_draft_is_refused():
    house, other = await make_house(2), await make_house(2)
    await for_the_loop.draft_missing(house.marketer)
    assert await for_the_loop.draft_missing(other.marketer)
    with pytest.raises(NotAllowed):
        await for_the_loop.draft_missing(await make.acting(Role.SA, house.store))
