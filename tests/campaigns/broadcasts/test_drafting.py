"""A broadcast before it runs: approved by somebody else, on exactly what was seen, and only then scheduled."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from app.wiring import wire
from campaigns.broadcasts import drafting, forecast, queries
from campaigns.broadcasts.errors import (
    BroadcastNotFound,
    CouponNotReady,
    NobodyReachable,
    OverBudget,
    TimeNotPossible,
)
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.rules import BroadcastState
from campaigns.contents.errors import ContentNotAccepted
from campaigns.segments import service as segments
from crm_core.approvals import service as approvals
from crm_core.approvals.errors import ContentChanged, NotYourDecision
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role, Staff
from crm_core.vehicles.models import ServiceVisit
from foundation import clock
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.campaigns.broadcasts.house import STARTS_AT, make_house
from tests.campaigns.people import EVERYBODY, make_coupon_template
from tests.racing import while_open

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def wired() -> None:
    wire()


async def test_the_estimate_counts_each_person_once():
    house = await make_house(40)
    await Customer.filter(id__lt=house.crowd.first_id + 10).update(marketing_stopped_at=clock.now())
    broadcast = await house.draft(control_percent=10)
    counted = await forecast.forecast(house.marketer, broadcast.id)
    assert (counted.chosen, counted.reachable, counted.control, counted.planned) == (40, 30, 3, 27)
    assert counted.staff == 3
    assert counted.expected_sent == 25
    assert "对照组 3 人" in counted.smallest_difference_sentence


async def test_an_approval_with_a_start_ahead_schedules_it():
    house = await make_house(10)
    broadcast = await house.scheduled()
    assert (broadcast.state, broadcast.approved_by) == (BroadcastState.SCHEDULED, house.manager.id)
    assert broadcast.ends_at is not None
    assert clock.local(broadcast.ends_at).strftime("%m-%d %H:%M") == "11-27 20:30"


async def test_an_approval_without_a_time_waits_for_one_inside_the_sending_hours():
    house = await make_house(10)
    broadcast = await house.scheduled(starts_at=None)
    assert broadcast.state is BroadcastState.APPROVED
    for wrong in (clock.now() - timedelta(hours=1), clock.at(make.MONDAY, 20, 30), clock.at(make.MONDAY, 22)):
        with pytest.raises(TimeNotPossible):
            await drafting.schedule(house.marketer, broadcast.id, wrong, expected_version=broadcast.version)
    done = await drafting.schedule(house.marketer, broadcast.id, STARTS_AT, expected_version=broadcast.version)
    assert done.state is BroadcastState.SCHEDULED


@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_a_broadcast_that_changes_while_it_is_approved_waits_for_the_decision_or_goes_before_it(
    is_cancelled: bool,
):
    house = await make_house(10)
    broadcast, asked = await house.submitted()
    wanted, version = await house.draft_of(season_line="下雪了，先看看轮胎。"), broadcast.version

    async def both() -> tuple[Any, Any]:
        if is_cancelled:
            changed = drafting.cancel(house.marketer, broadcast.id, reason="改期", expected_version=version)
        else:
            changed = drafting.edit(house.marketer, broadcast.id, wanted, expected_version=version)
        decided = approvals.decide(house.manager, asked.id, agree=True, version_seen=asked.version)
        return await asyncio.gather(changed, decided, return_exceptions=True)

    _, ended = await while_open(lambda: Broadcast.select_for_update().get(id=broadcast.id), both, waiting=2)
    assert [type(one) for one in ended if isinstance(one, Exception)] in ([StaleVersion], [ContentChanged])


async def test_the_author_cannot_approve_even_with_the_role():
    house = await make_house(10)
    _, asked = await house.submitted()
    with pytest.raises(NotYourDecision):
        await approvals.decide(house.marketer, asked.id, agree=True, version_seen=asked.version)
    with pytest.raises(IntegrityError):
        await Broadcast.all().update(approved_by=house.marketer.id)


async def test_a_refusal_sends_it_back_with_the_reason():
    house = await make_house(10)
    broadcast, asked = await house.submitted()
    await approvals.decide(house.manager, asked.id, agree=False, version_seen=asked.version, note="人太多")
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.DRAFT


async def test_changed_content_voids_the_waiting_approval_and_a_given_one():
    house = await make_house(10)
    broadcast, asked = await house.submitted()
    wanted = await house.draft_of(season_line="下雪了，先看看轮胎。")
    edited = await drafting.edit(house.marketer, broadcast.id, wanted, expected_version=broadcast.version)
    assert edited.state is BroadcastState.DRAFT
    assert (await Approval.get(id=asked.id)).state is ApprovalState.INVALIDATED
    with pytest.raises(ContentChanged):
        await approvals.decide(house.manager, asked.id, agree=True, version_seen=asked.version)
    approved = await house.scheduled(name="另一个")
    more = await house.draft_of(name="另一个", budget_fen=90_000_00)
    again = await drafting.edit(house.marketer, approved.id, more, expected_version=approved.version)
    assert (again.state, again.approved_hash, again.approved_by) == (BroadcastState.DRAFT, "", None)


async def test_a_draft_whose_author_left_is_submitted_by_a_colleague_of_its_stores():
    house = await make_house(10)
    broadcast = await house.draft()
    colleague = await make.acting(Role.MKT, house.store, name="何静")
    assert not (await queries.one(colleague, broadcast.id)).may_submit
    with pytest.raises(NotAllowed):
        await drafting.submit(colleague, broadcast.id, expected_version=broadcast.version)
    await Staff.filter(id=house.marketer.id).update(is_active=False)
    assert (await queries.one(colleague, broadcast.id)).may_submit
    await drafting.submit(colleague, broadcast.id, expected_version=broadcast.version)
    submitted = await Broadcast.get(id=broadcast.id)
    assert (submitted.state, submitted.author_id) == (BroadcastState.PENDING_APPROVAL, colleague.id)


async def test_a_broadcast_moved_to_another_hour_while_it_waits_can_be_submitted_again():
    house = await make_house(10)
    wanted = await house.draft_of()
    broadcast = await drafting.draft(house.marketer, wanted)
    broadcast = await drafting.submit(house.marketer, broadcast.id, expected_version=broadcast.version)
    later = replace(wanted, starts_at=STARTS_AT + timedelta(hours=1))
    broadcast = await drafting.edit(house.marketer, broadcast.id, later, expected_version=broadcast.version)
    assert broadcast.state is BroadcastState.DRAFT
    assert (await Approval.get()).state is ApprovalState.INVALIDATED
    await drafting.submit(house.marketer, broadcast.id, expected_version=broadcast.version)
    asked = await Approval.get(state=ApprovalState.PENDING)
    await approvals.decide(house.manager, asked.id, agree=True, version_seen=asked.version)
    assert (await Broadcast.get()).state is BroadcastState.SCHEDULED


async def test_the_database_lets_nothing_run_that_was_not_approved():
    house = await make_house(10)
    broadcast = await house.draft()
    with pytest.raises(IntegrityError):
        await Broadcast.filter(id=broadcast.id).update(state=BroadcastState.RUNNING)
    scheduled = await house.scheduled(name="另一个")
    with pytest.raises(IntegrityError):
        await Broadcast.filter(id=scheduled.id).update(content_hash="x")


async def test_a_segment_changed_later_does_not_reach_the_broadcast():
    house = await make_house(10)
    broadcast = await house.draft()
    assert broadcast.segment_id is not None
    await segments.edit(house.marketer, broadcast.segment_id, expected_version=1, name="所有人", definition=EVERYBODY)
    assert (await queries.kept(house.marketer, broadcast.id)).definition != EVERYBODY


async def test_what_advertising_may_not_say_and_what_does_not_fit_is_refused():
    house = await make_house(1)
    with pytest.raises(ContentNotAccepted) as refused:
        await house.draft(season_line="全市最低，国家级服务。")
    assert refused.value.details["words"] == ["国家级", "最低"]
    with pytest.raises(ContentNotAccepted):
        await house.draft(template="welcome")


async def test_a_broadcast_needs_people_a_live_coupon_and_its_budget():
    house = await make_house(3)
    broadcast = await house.draft(budget_fen=1)
    with pytest.raises(OverBudget) as refused:
        await drafting.submit(house.marketer, broadcast.id, expected_version=1)
    assert refused.value.details == {"expected_fen": 90, "reach_fen": 90, "coupon_fen": 0, "budget_fen": 1}
    await Customer.all().update(marketing_stopped_at=clock.now())
    with pytest.raises(NobodyReachable):
        await drafting.submit(house.marketer, broadcast.id, expected_version=1)
    await CouponTemplate.all().update(issued_count=3000)
    with pytest.raises(CouponNotReady):
        await drafting.submit(house.marketer, broadcast.id, expected_version=1)


async def test_people_are_not_sent_a_coupon_their_stores_do_not_take():
    house = await make_house(5)
    elsewhere = await make_coupon_template(store_ids=[(await make.make_store(advisors=0)).id])
    with pytest.raises(CouponNotReady):
        await house.draft(coupon_template_id=elsewhere.id)


@pytest.mark.parametrize(
    ("terms", "each_fen"),
    [
        ({"kind": CouponKind.CASH, "value_fen": 150_00}, 150_00),
        ({"kind": CouponKind.LABOUR, "cap_fen": 200_00}, 200_00),
        ({"kind": CouponKind.PERCENT, "pay_percent": 80, "cap_fen": None}, 120_00),
        ({"kind": CouponKind.ITEM, "item_codes": ["PAD"]}, 968_00),
    ],
)
async def test_the_budget_bears_the_messages_and_the_coupons_of_those_who_will_come(
    terms: dict[str, Any], each_fen: int
):
    house = await make_house(200)
    await make.make_service_item(code="PAD", labour_centihours=120, parts_fen=680_00)
    car = await make.make_vehicle()
    for number in range(2):
        await ServiceVisit.create(vehicle_id=car.id, visited_on=make.MONDAY, km=number, summary="保养", paid_fen=600_00)
    template_id = (await make_coupon_template(**terms)).id
    enough = 200 * 30 + 3 * each_fen  # Of 200 reachable 3 will come.
    broadcast = await house.draft(coupon_template_id=template_id, budget_fen=enough - 1)
    assert (await forecast.forecast(house.marketer, broadcast.id)).coupon_fen == 3 * each_fen
    with pytest.raises(OverBudget) as refused:
        await drafting.submit(house.marketer, broadcast.id, expected_version=1)
    assert refused.value.details["expected_fen"] == enough
    paid = await house.draft(coupon_template_id=template_id, budget_fen=enough)
    await drafting.submit(house.marketer, paid.id, expected_version=1)


async def test_illegal_steps_stale_versions_and_strangers_are_refused():
    house = await make_house(5)
    broadcast = await house.draft()
    with pytest.raises(IllegalMove):
        await drafting.pause(house.marketer, broadcast.id, reason="x")
    with pytest.raises(StaleVersion):
        await drafting.submit(house.marketer, broadcast.id, expected_version=9)
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    with pytest.raises(BroadcastNotFound):
        await drafting.submit(stranger, broadcast.id, expected_version=1)
    colleague = await make.acting(Role.MKT, house.store)
    with pytest.raises(NotAllowed):
        await drafting.submit(colleague, broadcast.id, expected_version=1)
    with pytest.raises(NotAllowed):
        await drafting.cancel(colleague, broadcast.id, reason="x", expected_version=1)
    done = await drafting.cancel(house.manager, broadcast.id, reason="不做了", expected_version=1)
    assert done.state is BroadcastState.CANCELLED


async def test_its_segment_reads_with_the_names_of_what_it_asks_about():
    house = await make_house(3)
    coupon = await make_coupon_template(name="通用券")
    holders = {"match": "all", "items": [{"field": "coupon", "has": "usable", "template_id": coupon.id}]}
    segment = await segments.create(house.marketer, name="手里有券", definition=holders)
    broadcast = await house.draft(segment_id=segment.id)
    said = "手里有「通用券」的车主"
    assert (await queries.one(house.marketer, broadcast.id)).reading == said
    [row] = await queries.of_reader(house.marketer)
    assert row.reading == said
    regional = await make.acting(Role.RGN, house.store)
    assert (await queries.one(regional, broadcast.id)).reading == "手里有指定的券的车主"
