"""停止线: what pauses a running broadcast by itself, takes back what waits, and keeps a planned one from beginning."""

from collections import Counter
from datetime import timedelta

import pytest

from app.wiring import wire
from campaigns.broadcasts import drafting, freezing, progress, rules, stopping
from campaigns.broadcasts import jobs as clock_jobs
from campaigns.broadcasts.errors import CouponNotReady, StopLinePassed
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.broadcasts.rules import BroadcastPolicy, BroadcastState
from campaigns.measuring import Cohort
from crm_core.coupons import templates
from crm_core.coupons.models import Coupon, CouponTemplate, Redemption
from crm_core.coupons.rules import CouponState, TemplateState
from crm_core.customers import consents
from crm_core.customers.events import FriendLost
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import owner
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import Message
from crm_core.surveys.events import ComplaintOpened
from foundation import clock, database, jobs
from foundation.events import record
from tests import factories as make
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town

HOUSE = BroadcastPolicy()

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def wired() -> None:
    wire()


# -- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turned_away", "sent", "is_passed", "sentence"),
    [
        (0, 0, False, "还没有人收到"),
        (1, 7, False, "才送达 7 人，满 100 人才按停止线算，先不停"),
        (0, 7, False, "没到停止线"),
        (1, 100, False, "没到停止线"),
        (2, 100, True, "超过停止线"),
        (11, 1001, True, "超过停止线"),
    ],
)
def test_above_the_line_it_stops_or_says_why_it_goes_on(turned_away: int, sent: int, is_passed: bool, sentence: str):
    assert rules.passes_stop_line(turned_away, sent, HOUSE) is is_passed
    assert rules.stop_line_sentence(turned_away, sent, HOUSE) == sentence


@pytest.mark.parametrize(
    ("state", "left", "ends_in_days", "problem"),
    [
        (TemplateState.ACTIVE, 1, None, ""),
        (TemplateState.ACTIVE, 1, 0, ""),
        (TemplateState.ACTIVE, 1, -1, "卡券已过期"),
        (TemplateState.ACTIVE, 0, None, "卡券已发完"),
        (TemplateState.PAUSED, 1, None, "卡券已暂停"),
        (TemplateState.ENDED, 1, None, "卡券已停发"),
        (TemplateState.DRAFT, 1, None, "卡券还没启用"),
    ],
)
def test_a_coupon_nobody_can_claim_is_not_sent(state: TemplateState, left: int, ends_in_days: int | None, problem: str):
    ends_on = None if ends_in_days is None else make.MONDAY + timedelta(days=ends_in_days)
    assert rules.coupon_problem(state, left=left, ends_on=ends_on, today=make.MONDAY) == problem


# -- people who turn away ---------------------------------------------------------------------------------------------


async def _sent(house: House) -> tuple[Broadcast, list[Recipient]]:
    """A running broadcast that arrived at everybody planned: 114 people."""
    broadcast = await house.running()
    await Recipient.filter(cohort=Cohort.PLANNED).update(state=RecipientState.SENT, sent_at=clock.now())
    await clock.advance(timedelta(minutes=5))
    return broadcast, await Recipient.filter(cohort=Cohort.PLANNED).order_by("id")


async def _withdraw(person: Recipient) -> None:
    actor = owner(person.customer_id, openid="")
    await consents.withdraw_consent(actor, person.customer_id, Purpose.MARKETING_WECOM, how="mini_program")


async def _opt_out(person: Recipient) -> None:
    await consents.stop_marketing(owner(person.customer_id, openid=""), person.customer_id, how="mini_program")


async def _complain(person: Recipient) -> None:
    async with database.transaction():
        await record(
            ComplaintOpened(
                actor="test",
                customer_id=person.customer_id,
                complaint_id=person.id,
                about=f"survey:{person.id}",
                repair_order_id=None,
            )
        )


async def _end_friendship(person: Recipient, *, by: str = "customer") -> None:
    assert person.staff_id is not None
    async with database.transaction():
        await record(
            FriendLost(
                actor="test",
                customer_id=person.customer_id,
                friendship_id=person.id,
                staff_id=person.staff_id,
                staff_name="王芳",
                by=by,
            )
        )


async def test_withdrawn_consents_complaints_and_ended_friendships_count_as_opt_outs_do():
    house = await make_house(120)
    broadcast, people = await _sent(house)
    await _end_friendship(people[0], by="staff")
    await _withdraw(people[1])
    await _opt_out(people[1])
    running = await Broadcast.get(id=broadcast.id)
    assert running.state is BroadcastState.RUNNING  # One person in two ways is one person: 0.88 %.
    await _complain(people[2])
    stopped = await Broadcast.get(id=broadcast.id)
    assert (stopped.state, stopped.pause_reason) == (
        BroadcastState.PAUSED,
        "退订、投诉、删好友超过 1.00%：现在 1.75%，114 人里有 2 人",
    )
    await _end_friendship(people[3])
    shown = await progress.progress(house.marketer, broadcast.id)
    assert (shown.opted_out, shown.complained, shown.unfriended) == (1, 1, 1)
    assert shown.stop_line_sentence == "超过停止线"
    with pytest.raises(StopLinePassed):
        await drafting.resume(house.marketer, broadcast.id, expected_version=stopped.version)


async def test_who_planned_it_and_who_agreed_are_told_which_line_stopped_it():
    house = await make_house(120)
    broadcast, people = await _sent(house)
    for person in people[:3]:
        await _complain(person)
    cards = await Message.filter(template="broadcast_halted").order_by("staff_id")
    assert [card.staff_id for card in cards] == sorted([house.marketer.id, house.manager.id]), "once, not per complaint"
    assert cards[0].about == f"broadcast:{broadcast.id}"
    facts = cards[0].facts
    assert (facts["stop_line"], facts["measured"]) == ("退订、投诉、删好友超过 1.00%", "1.75%，114 人里有 2 人")
    assert await holds(cards[0])
    stopped = await Broadcast.get(id=broadcast.id)
    await drafting.cancel(house.marketer, broadcast.id, reason="重做", expected_version=stopped.version)
    assert not await holds(cards[0]), "it was cancelled before the card left"


async def test_what_is_said_of_a_marketer_who_left_goes_to_their_general_manager():
    house = await make_house(8)
    broadcast = await house.running()
    await Staff.filter(id=house.marketer.id).update(is_active=False)
    await make.acting(Role.SVM, house.store)
    await CouponTemplate.all().update(state=TemplateState.ENDED)
    await stopping.watch(broadcast.id)
    assert [card.staff_id for card in await Message.filter(template="broadcast_halted")] == [house.manager.id]


async def test_the_first_few_sends_say_why_it_goes_on():
    house = await make_house(8)
    broadcast, people = await _sent(house)
    await _opt_out(people[0])
    shown = await progress.progress(house.marketer, broadcast.id)
    assert shown.broadcast.state == "RUNNING"
    assert shown.turned_away_share == pytest.approx(1 / 7)
    assert shown.stop_line_sentence == "才送达 7 人，满 100 人才按停止线算，先不停"


async def test_who_turned_away_before_the_message_came_is_not_its_doing():
    house = await make_house(8)
    broadcast = await house.running()
    await Recipient.filter(cohort=Cohort.PLANNED).update(state=RecipientState.TASKED)
    early, late = await Recipient.filter(cohort=Cohort.PLANNED).order_by("id").limit(2)
    await _complain(early)
    sent_at = clock.now() + timedelta(minutes=1)
    await clock.advance(timedelta(minutes=3))
    await _complain(late)  # Its results are read later: it was sent already.
    await Recipient.filter(id__in=[early.id, late.id]).update(state=RecipientState.SENT, sent_at=sent_at)
    assert (await stopping.turned_away(broadcast.id)).complained == 1


# -- the budget -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spent_fen", "budget_fen", "stops"),
    [(0, 0, False), (0, 100, False), (99, 100, False), (100, 100, True), (101, 100, True), (30, 0, True)],
)
def test_money_that_is_spent_stops_it(spent_fen: int, budget_fen: int, stops: bool):
    assert rules.passes_budget(spent_fen, budget_fen) is stops


async def test_a_spent_budget_stops_it_for_good_and_says_what_was_spent():
    house = await make_house(120)
    broadcast, people = await _sent(house)
    await clock_jobs.watch_running()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.RUNNING, "114 messages cost 34.20 of 40,000"
    await _redeemed(broadcast, people[0], discount_fen=39_965_79)
    await clock_jobs.watch_running()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.RUNNING, "one fen is left"
    await _redeemed(broadcast, people[1], discount_fen=500_01, cancelled_fen=500_00)
    await clock_jobs.watch_running()
    stopped = await Broadcast.get(id=broadcast.id)
    assert (stopped.state, stopped.pause_reason) == (
        BroadcastState.PAUSED,
        "花费到预算 40,000.00 元就停：已花 40,000.00 元",
    )
    assert (await progress.progress(house.marketer, broadcast.id)).spent_fen == 40_000_00
    card = await Message.filter(template="broadcast_halted").first()
    assert card is not None
    assert card.facts["next_step"] == "超预算不能继续；领过的券照常能用"
    with pytest.raises(StopLinePassed) as refused:
        await drafting.resume(house.marketer, broadcast.id, expected_version=stopped.version)
    assert "已花 40,000.00 元" in str(refused.value)


async def _redeemed(broadcast: Broadcast, person: Recipient, *, discount_fen: int, cancelled_fen: int = 0) -> None:
    """They used its coupon at the counter."""
    template = await CouponTemplate.get(id=broadcast.coupon_template_id)
    coupon = await Coupon.create(
        template_id=template.id,
        customer_id=person.customer_id,
        person_no=1,
        state=CouponState.REDEEMED,
        source="campaign",
        source_ref=f"broadcast:{broadcast.id}",
        issued_at=clock.now(),
        claim_by=clock.now(),
        claimed_at=clock.now(),
        valid_to=clock.now(),
        redeemed_at=clock.now(),
    )
    await Redemption.create(
        coupon_id=coupon.id,
        about=f"bill:{coupon.id}",
        store_id=1,
        discount_fen=discount_fen,
        cancelled_fen=cancelled_fen,
        redeemed_at=clock.now(),
    )


# -- the coupon -------------------------------------------------------------------------------------------------------


async def test_a_paused_coupon_stops_its_broadcast_at_once_and_takes_back_what_waits(town: Town):
    house = await make_house(40, store=town.store)
    await tell_platform(town, house.crowd)
    broadcast = await house.running()
    await jobs.drain()
    template = await CouponTemplate.get(id=broadcast.coupon_template_id)
    manager = await make.acting(Role.MKT, house.store)
    await templates.move(manager, template.id, "pause", expected_version=template.version)
    stopped = await Broadcast.get(id=broadcast.id)
    assert (stopped.state, stopped.pause_reason) == (BroadcastState.PAUSED, "卡券已暂停")
    await jobs.drain()
    send_tasks = await SendTask.filter(broadcast_id=broadcast.id)
    assert Counter(send_task.state for send_task in send_tasks) == {
        SendTaskState.CANCELLED: 3,
        SendTaskState.PENDING: 3,
    }
    assert all(message.cancelled for message in town.simulation.world.mass_messages)
    with pytest.raises(CouponNotReady) as refused:
        await drafting.resume(house.marketer, broadcast.id, expected_version=stopped.version)
    assert "卡券已暂停" in str(refused.value)
    template = await CouponTemplate.get(id=template.id)
    await templates.move(manager, template.id, "resume", expected_version=template.version)
    await drafting.resume(house.marketer, broadcast.id, expected_version=stopped.version)
    await jobs.drain()
    states = Counter(row.state for row in await Recipient.filter(broadcast_id=broadcast.id))
    assert states == {RecipientState.CONTROL: 2, RecipientState.TASKED: 38}


async def test_a_broadcast_that_rests_by_hand_is_stopped_too_when_its_coupon_ends_meanwhile(town: Town):
    house = await make_house(40, store=town.store)
    await tell_platform(town, house.crowd)
    broadcast = await house.running()
    await jobs.drain()
    await drafting.pause(house.marketer, broadcast.id, reason="先看看")
    template = await CouponTemplate.get(id=broadcast.coupon_template_id)
    marketer = await make.acting(Role.MKT, house.store)
    await templates.move(marketer, template.id, "pause", expected_version=template.version)
    await jobs.drain()
    stopped = await Broadcast.get(id=broadcast.id)
    assert (stopped.state, stopped.pause_reason) == (BroadcastState.PAUSED, "卡券已暂停")
    assert all(message.cancelled for message in town.simulation.world.mass_messages), "nobody can send it any more"
    assert await Message.filter(template="broadcast_halted").count() == 2
    await clock_jobs.watch_running()
    assert await Message.filter(template="broadcast_halted").count() == 2, "told once"
    template = await CouponTemplate.get(id=template.id)
    await templates.move(marketer, template.id, "resume", expected_version=template.version)
    await drafting.resume(house.marketer, broadcast.id, expected_version=stopped.version)
    await jobs.drain()
    states = Counter(row.state for row in await Recipient.filter(broadcast_id=broadcast.id))
    assert states == {RecipientState.CONTROL: 2, RecipientState.TASKED: 38}


async def test_no_task_is_made_for_a_coupon_that_ended_since_anybody_looked(town: Town):
    house = await make_house(40, store=town.store)
    await tell_platform(town, house.crowd)
    broadcast = await house.running()
    await CouponTemplate.all().update(ends_on=make.MONDAY)  # A night without the clock's process.
    await jobs.drain()
    assert len(town.simulation.world.mass_messages) == 0
    stopped = await Broadcast.get(id=broadcast.id)
    assert (stopped.state, stopped.pause_reason) == (BroadcastState.PAUSED, "卡券已过期")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issued_count": 3000}, "卡券已发完"),
        ({"ends_on": make.MONDAY}, "卡券已过期"),
        ({"state": TemplateState.ENDED}, "卡券已停发"),
    ],
)
async def test_a_coupon_that_is_over_or_gone_stops_its_broadcast(change: dict[str, object], reason: str):
    house = await make_house(8)
    broadcast = await house.running()
    await CouponTemplate.all().update(**change)
    await clock_jobs.watch_running()
    stopped = await Broadcast.get(id=broadcast.id)
    assert (stopped.state, stopped.pause_reason) == (BroadcastState.PAUSED, reason)


async def test_a_message_without_a_coupon_is_not_stopped_for_want_of_one():
    house = await make_house(8)
    broadcast = await house.scheduled()
    await Broadcast.filter(id=broadcast.id).update(coupon_template_id=None)
    await clock.set_to(STARTS_AT)
    assert await freezing.start(broadcast.id)
    await clock_jobs.watch_running()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.RUNNING
    shown = await progress.progress(house.marketer, broadcast.id)
    assert shown.coupon_left is None


async def test_a_start_looks_at_the_coupon_again_and_waits_for_another_time():
    house = await make_house(8)
    broadcast = await house.scheduled()
    await CouponTemplate.all().update(ends_on=make.MONDAY)
    await clock.set_to(STARTS_AT)
    assert not await freezing.start(broadcast.id)
    held = await Broadcast.get(id=broadcast.id)
    assert (held.state, held.starts_at, held.pause_reason) == (BroadcastState.APPROVED, None, "卡券已过期")
    assert not await Recipient.exists()
    told = await Message.filter(template="broadcast_halted").order_by("staff_id").first()
    assert told is not None
    assert (told.variant, told.facts["measured"], told.facts["next_step"]) == (
        "held",
        "卡券已过期",
        "让卡券能领，再排时间",
    )
    later = STARTS_AT + timedelta(hours=1)
    with pytest.raises(CouponNotReady):
        await drafting.schedule(house.marketer, broadcast.id, later, expected_version=held.version)
    await CouponTemplate.all().update(ends_on=None)
    again = await drafting.schedule(house.marketer, broadcast.id, later, expected_version=held.version)
    assert (again.state, again.pause_reason) == (BroadcastState.SCHEDULED, "")
