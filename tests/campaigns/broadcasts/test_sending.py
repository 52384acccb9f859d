"""From the freeze to the result, against the simulator: nobody gets a message twice, nobody is forgotten."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.skills import send_tasks
from campaigns.broadcasts import dispatch, drafting, ending, freezing, own_tasks, progress, syncing, tasks
from campaigns.broadcasts import jobs as clock_jobs
from campaigns.broadcasts.errors import SendTaskNotFound, TooManyReminders
from campaigns.broadcasts.models import Broadcast, Recipient, RecipientState, SendTask, SendTaskState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.channels.wecom_mass import WecomMass
from campaigns.measuring import Cohort
from crm_core.appointments import booking
from crm_core.customers import consents, friendships
from crm_core.customers.models import Customer, Friendship, Identity, IdentityKind, Purpose
from crm_core.dealerships.actors import owner, staff_actor, system
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.conditions import holds
from crm_core.messaging.models import Message
from crm_core.repair_orders import opening
from crm_core.surveys import complaints
from crm_core.vehicles.models import Vehicle
from foundation import clock, database, jobs, owed
from foundation.errors import IllegalMove, PlatformError
from tests import factories as make
from tests.campaigns.broadcasts.house import STARTS_AT, House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.owed import owed_work
from tests.fixtures.platforms import Town

CREATE = "externalcontact/add_msg_template"


@pytest.fixture
async def house(town: Town) -> House:
    """Forty sleeping owners and three salespeople, known to the platform."""
    made = await make_house(40, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def _states(broadcast: Broadcast) -> Counter[RecipientState]:
    return Counter(row.state for row in await Recipient.filter(broadcast_id=broadcast.id))


async def _send_tasks(broadcast: Broadcast) -> list[SendTask]:
    return await SendTask.filter(broadcast_id=broadcast.id).order_by("id")


def _receivers(town: Town) -> list[str]:
    """Everybody in any task the platform made, as often as they are in one."""
    return [key for task in town.simulation.world.mass_tasks for key in task.results]


async def _confirm(town: Town, send_task: SendTask) -> None:
    row = await database.fetch_one("SELECT userid FROM staff WHERE id = $1", send_task.staff_id)
    assert row is not None
    await town.hand("POST", "mass-tasks/confirm", {"msgid": send_task.message_id, "userid": row["userid"]})


async def _look(minutes: float = 1) -> None:
    """Let business time pass and the timetable find what is due."""
    await clock.advance(timedelta(minutes=minutes))
    await owed.sweep()
    await jobs.drain()


async def _sync(broadcast: Broadcast) -> None:
    for send_task in await _send_tasks(broadcast):
        await syncing.sync(send_task.id)


# -- the freeze -------------------------------------------------------------------------------------------------------


async def test_the_freeze_writes_everybody_down_once_and_holds_out_the_same_people_each_time(house: House):
    await Customer.filter(id__lt=house.crowd.first_id + 7).update(marketing_stopped_at=clock.now())
    broadcast = await house.scheduled(control_percent=10)
    await clock.set_to(STARTS_AT)

    async def frozen() -> dict[int, Cohort]:
        return {row.customer_id: row.cohort for row in await Recipient.filter(broadcast_id=broadcast.id)}

    await freezing.freeze(broadcast, task_size=10)
    first = await frozen()
    assert Counter(first.values()) == {Cohort.EXCLUDED: 7, Cohort.CONTROL: 4, Cohort.PLANNED: 29}
    assert sum(send_task.customers for send_task in await _send_tasks(broadcast)) == 29
    await Recipient.all().delete()
    await SendTask.all().delete()
    await freezing.freeze(broadcast, task_size=10)
    assert await frozen() == first


async def test_the_clock_starts_what_is_due_once_and_not_before(town: Town, house: House):
    broadcast = await house.scheduled()
    await clock.set_to(STARTS_AT - timedelta(minutes=1))
    await clock_jobs.start_due()
    await jobs.drain()
    assert await Recipient.all().count() == 0
    await clock.set_to(STARTS_AT)
    for _ in range(2):
        await clock_jobs.start_due()
        await clock_jobs.start(broadcast_id=broadcast.id)
    await jobs.drain()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.RUNNING
    assert await _states(broadcast) == {RecipientState.CONTROL: 2, RecipientState.TASKED: 38}
    assert sorted(_receivers(town)) == sorted(row.address for row in await Recipient.filter(cohort=Cohort.PLANNED))


async def test_the_friend_who_chatted_last_carries_the_message(house: House):
    first, second = house.sellers[:2]
    customer_id = house.crowd.first_id
    await Friendship.filter(customer_id=customer_id).update(staff_id=first.id, last_chatted_at=None)
    await Friendship.create(
        customer_id=customer_id,
        staff_id=second.id,
        external_userid=house.crowd.external_userid(customer_id),
        since=clock.now() - timedelta(days=900),
        last_chatted_at=clock.now() - timedelta(days=400),
    )
    broadcast = await house.running()
    assert (await Recipient.get(broadcast_id=broadcast.id, customer_id=customer_id)).staff_id == second.id


# -- making tasks -----------------------------------------------------------------------------------------------------


async def test_each_salesperson_gets_one_task_a_card_and_nothing_is_sent_yet(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    assert [send_task.state for send_task in await _send_tasks(broadcast)] == [SendTaskState.CREATED] * 3
    assert await _states(broadcast) == {RecipientState.CONTROL: 2, RecipientState.TASKED: 38}
    assert len(town.inbox_of(house.sellers[0])) == 1
    assert not [chat for chat in town.chats() if chat.kind == "mass"]
    page = town.simulation.world.mass_messages.get((await _send_tasks(broadcast))[0].message_id)
    assert page.body["attachments"][0]["miniprogram"]["page"].endswith(f"={(await _send_tasks(broadcast))[0].token}")


async def test_a_lost_answer_is_resolved_by_the_list_and_never_repeated(town: Town, house: House, monkeypatch):
    town.fail(CREATE, lose_answer=True)
    broadcast = await house.running()
    await jobs.drain()
    states = Counter(send_task.state for send_task in await _send_tasks(broadcast))
    assert states == {SendTaskState.CREATED: 2, SendTaskState.UNKNOWN: 1}
    await _look()
    assert {send_task.state for send_task in await _send_tasks(broadcast)} == {SendTaskState.CREATED}
    assert len(town.simulation.world.mass_messages) == 3
    assert max(Counter(_receivers(town)).values()) == 1


async def test_a_call_that_never_arrived_is_made_again_after_some_time(town: Town, house: House, monkeypatch):
    broadcast = await house.running()
    send_task = (await _send_tasks(broadcast))[0]
    lease = await dispatch._lease(send_task.id)  # A worker killed right after its lease leaves exactly this.
    assert lease is not None
    for _ in range(2):
        await dispatch.resolve(send_task.id)
        await dispatch.dispatch(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CREATING
    monkeypatch.setattr(WecomMass, "lease_seconds", 0)
    await _look()
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CREATING, "WeCom's list may lag behind"
    await _look(minutes=15)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.PENDING
    await _look()
    assert {one.state for one in await _send_tasks(broadcast)} == {SendTaskState.CREATED}
    assert max(Counter(_receivers(town)).values()) == 1
    assert len(_receivers(town)) == 38


async def test_a_worker_killed_after_the_platform_took_the_task_does_not_double_it(
    town: Town, house: House, monkeypatch
):
    broadcast = await house.running()
    send_task = (await _send_tasks(broadcast))[0]

    async def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "_made", killed)
        with pytest.raises(KeyboardInterrupt):
            await dispatch.dispatch(send_task.id)
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.CREATING
    monkeypatch.setattr(WecomMass, "lease_seconds", 0)
    for _ in range(2):
        await _look()
    assert {one.state for one in await _send_tasks(broadcast)} == {SendTaskState.CREATED}
    assert max(Counter(_receivers(town)).values()) == 1


async def test_a_busy_platform_is_asked_again_and_a_refusal_is_not(town: Town, house: House):
    broadcast = await house.running()
    first, second, _ = await _send_tasks(broadcast)
    town.fail(CREATE, errcode=45009)
    with pytest.raises(PlatformError):
        await dispatch.dispatch(first.id)
    assert (await SendTask.get(id=first.id)).state is SendTaskState.PENDING
    assert await Recipient.filter(contacted_on__not_isnull=True).count() == 0
    await dispatch.dispatch(first.id)
    assert (await SendTask.get(id=first.id)).state is SendTaskState.CREATED
    town.fail(CREATE, errcode=84074)
    await dispatch.dispatch(second.id)
    failed = await SendTask.get(id=second.id)
    assert (failed.state, failed.reason) == (SendTaskState.FAILED, "企业微信没有接受（84074）")
    assert await Recipient.filter(staff_id=second.staff_id, state=RecipientState.FAILED).count() == second.customers


async def test_whom_the_platform_cannot_reach_is_failed_and_costs_no_limit(town: Town, house: House):
    broadcast = await house.running()
    lost = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.QUEUED).order_by("id").first()
    assert lost is not None
    for pair in town.simulation.world.friendships.where("external_userid", lost.address):
        pair.deleted_by_member = True
        town.simulation.world.friendships.put(pair)
    await jobs.drain()
    row = await Recipient.get(id=lost.id)
    assert (row.state, row.reason, row.contacted_on) == (RecipientState.FAILED, "FAIL_LIST", None)


async def test_consent_and_limits_are_looked_at_again_right_before_sending(town: Town, house: House):
    broadcast = await house.running()
    queued = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.QUEUED).order_by("id")
    await Customer.filter(id=queued[0].customer_id).update(marketing_stopped_at=clock.now())
    await Recipient.create(
        broadcast_id=(await house.draft(name="上周的")).id,
        customer_id=queued[1].customer_id,
        cohort=Cohort.PLANNED,
        state=RecipientState.TASKED,
        contacted_on=clock.today(),
    )
    await jobs.drain()
    assert [(await Recipient.get(id=row.id)).reason for row in queued[:3]] == ["OPTED_OUT", "WEEKLY_CAP", ""]
    assert len(_receivers(town)) == 36
    shown = await progress.progress(house.marketer, broadcast.id)
    assert [(row.reason, row.people) for row in shown.excluded_at_sending] == [
        ("OPTED_OUT", 1),
        ("WEEKLY_CAP", 1),
    ]
    assert shown.counts.planned == 38


async def test_nothing_goes_out_at_night_or_while_paused(town: Town, house: House):
    broadcast = await house.running()
    await drafting.pause(house.manager, broadcast.id, reason="先等等")
    await jobs.drain()
    assert _receivers(town) == []
    paused = await Broadcast.get(id=broadcast.id)
    await drafting.resume(house.marketer, broadcast.id, expected_version=paused.version)
    await clock.set_to(clock.at(clock.local(STARTS_AT).date(), 20, 30))
    await _look()
    assert _receivers(town) == []
    await clock.set_to(clock.at(clock.local(STARTS_AT).date() + timedelta(days=1), 9))
    await _look()
    assert len(_receivers(town)) == 38


async def test_three_thousand_owners_in_parts_of_fifty(town: Town):
    house = await make_house(3000, how_many_sellers=7, store=town.store)
    await tell_platform(town, house.crowd)
    town.fail(CREATE, lose_answer=True, times=4)
    broadcast = await house.running(task_size=50)
    send_tasks = await _send_tasks(broadcast)
    assert len(send_tasks) == 63
    assert max(send_task.customers for send_task in send_tasks) == 50
    for _ in range(3):
        await jobs.drain()
        await _look()
    assert len(_receivers(town)) == 2850
    assert max(Counter(_receivers(town)).values()) == 1
    for send_task in await _send_tasks(broadcast):
        await _confirm(town, send_task)
    await _look(minutes=5)
    assert await _states(broadcast) == {RecipientState.CONTROL: 150, RecipientState.SENT: 2850}
    await clock_jobs.finish_due()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.FINISHED


# -- reading back -----------------------------------------------------------------------------------------------------


async def test_results_come_back_page_by_page_also_when_pages_are_short_or_empty(town: Town, house: House, monkeypatch):
    monkeypatch.setattr("integrations.wecom.mass_messages.RESULT_PAGE", 3)
    monkeypatch.setattr("integrations.wecom.mass_messages.TASK_PAGE", 1)
    monkeypatch.setattr(syncing, "CHUNK", 4)
    town.simulation.faults.change({"empty_pages": True})
    broadcast = await house.running()
    await jobs.drain()
    first, second, third = await _send_tasks(broadcast)
    await _confirm(town, first)
    for _ in range(2):
        await _sync(broadcast)
    assert await _states(broadcast) == {
        RecipientState.CONTROL: 2,
        RecipientState.SENT: first.customers,
        RecipientState.TASKED: second.customers + third.customers,
    }
    events = await database.fetch_value("SELECT count(*) FROM event WHERE name = 'message.campaign_sent'")
    assert events == first.customers
    shown = await progress.progress(house.marketer, broadcast.id)
    assert (shown.staff, shown.staff_confirmed, shown.counts.sent) == (3, 1, first.customers)


async def test_a_full_quota_and_a_lost_friend_are_told_apart_and_cost_no_limit(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    send_task = (await _send_tasks(broadcast))[0]
    full, lost, *_ = await Recipient.filter(broadcast_id=broadcast.id, staff_id=send_task.staff_id, state="TASKED")
    world = town.simulation.world
    from simulator.wecom.mass_messages import quota_of_month

    counter, limit = quota_of_month(town.simulation, full.address)
    world.count(counter, limit)
    for pair in world.friendships.where("external_userid", lost.address):
        pair.deleted_by_person = True
        world.friendships.put(pair)
    await _confirm(town, send_task)
    await _sync(broadcast)
    states = {one.id: (one.state, one.contacted_on) for one in await Recipient.filter(id__in=[full.id, lost.id])}
    assert states == {full.id: (RecipientState.QUOTA, None), lost.id: (RecipientState.UNREACHED, None)}
    assert (await SendTask.get(id=send_task.id)).state is SendTaskState.SENT


async def test_reminding_stops_after_three_times_a_day_and_after_the_confirmation(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    first, second, _ = await _send_tasks(broadcast)
    for _ in range(3):
        await tasks.remind(house.marketer, broadcast.id, first.id)
        await jobs.drain()
    with pytest.raises(TooManyReminders):
        await tasks.remind(house.marketer, broadcast.id, first.id)
    assert len(town.simulation.world.mass_messages.get(first.message_id).reminded_at) == 3
    await clock.advance(timedelta(hours=25))
    await tasks.remind(house.marketer, broadcast.id, first.id)
    await _confirm(town, second)
    await _sync(broadcast)
    with pytest.raises(IllegalMove):
        await tasks.remind(house.marketer, broadcast.id, second.id)


async def test_a_reminder_asked_for_while_wecom_is_away_is_given_when_it_is_back(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    first, second, _ = await _send_tasks(broadcast)
    town.fail("externalcontact/remind_groupmsg_send", errcode=-1, times=1000)
    for send_task in (first, first, second):
        await tasks.remind(house.marketer, broadcast.id, send_task.id)
    await owed_work()
    assert town.simulation.world.mass_messages.get(first.message_id).reminded_at == []
    await clock.advance(timedelta(hours=3))
    await _confirm(town, second)
    town.simulation.faults.calm()
    await owed.sweep()
    await owed_work()
    reminded = [len(town.simulation.world.mass_messages.get(one.message_id).reminded_at) for one in (first, second)]
    assert reminded == [1, 0], "once for two presses, and nobody who has confirmed meanwhile"
    assert await SendTask.filter(reminder_owed_at__isnull=False).count() == 0


async def test_a_reminder_without_an_answer_may_have_been_given_and_is_not_repeated(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    first = (await _send_tasks(broadcast))[0]
    town.fail("externalcontact/remind_groupmsg_send", lose_answer=True)
    await tasks.remind(house.marketer, broadcast.id, first.id)
    await owed_work()
    await clock.advance(timedelta(hours=1))
    await owed.sweep()
    await owed_work()
    assert len(town.simulation.world.mass_messages.get(first.message_id).reminded_at) == 1


async def test_who_cannot_send_says_so_and_their_customers_show_as_stuck(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    send_task = (await _send_tasks(broadcast))[0]
    seller = await staff_actor(send_task.staff_id)
    await send_tasks.decline(seller, send_task.id, 0)
    await send_tasks.decline(seller, send_task.id, 0)
    shown = await progress.progress(house.marketer, broadcast.id)
    assert shown.counts.staff_unavailable == send_task.customers
    assert shown.counts.waiting_for_staff == 38 - send_task.customers
    assert await Message.filter(template="send_task", staff_id=send_task.staff_id).count() == 1
    told = await Message.filter(template="send_task_declined").order_by("staff_id")
    leader = await make.acting(Role.SM, house.store)
    assert [one.staff_id for one in told] == sorted([house.marketer.id, house.manager.id]), "no sales manager yet"
    for reader in (house.marketer, house.manager, leader):
        seen = await own_tasks.one(reader, send_task.id)
        assert (seen.is_own, seen.waits, seen.declined_at is not None) == (False, True, True)
    with pytest.raises(SendTaskNotFound):
        await own_tasks.one(await make.acting(Role.SM, await make.make_store(advisors=0)), send_task.id)
    await _confirm(town, send_task)
    await _sync(broadcast)
    assert not await holds(told[0]), "they sent it all the same"


async def test_a_salesperson_sees_what_to_send_until_it_is_confirmed_and_nobody_else_s(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    first, second = (await _send_tasks(broadcast))[:2]
    seller, colleague = await staff_actor(first.staff_id), await staff_actor(second.staff_id)
    [waiting] = await own_tasks.waiting(seller)
    assert (waiting.id, waiting.customers, waiting.waits) == (first.id, first.customers, True)
    assert waiting.confirm_by == (await Broadcast.get(id=broadcast.id)).ends_at
    assert "天冷了" in waiting.message_text
    with pytest.raises(SendTaskNotFound):
        await own_tasks.one(colleague, first.id)
    await _confirm(town, first)
    await _sync(broadcast)
    assert await own_tasks.waiting(seller) == []
    sent = await own_tasks.one(seller, first.id)
    assert (sent.waits, sent.sent, sent.confirmed_at is not None) == (False, first.customers, True)


# -- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ends_by", "button"), [("cancel", "已取消，不用发了"), ("finish", "已结束，不用发了")])
async def test_the_card_of_a_task_that_is_taken_back_says_so(town: Town, house: House, ends_by: str, button: str):
    broadcast = await house.running()
    await jobs.drain()
    first, *others = await _send_tasks(broadcast)
    await _confirm(town, first)
    await _sync(broadcast)
    await jobs.drain()
    if ends_by == "cancel":
        running = await Broadcast.get(id=broadcast.id)
        await drafting.cancel(house.marketer, broadcast.id, reason="内容写错", expected_version=running.version)
    else:
        # A card can be updated for 72 hours; one that is older names the day itself.
        await Broadcast.filter(id=broadcast.id).update(ends_at=clock.now() + timedelta(days=2))
        await clock.advance(timedelta(days=2))
        await clock_jobs.finish_due()
    await jobs.drain()
    for send_task in others:
        [card] = await Message.filter(template="send_task", about=f"send_task:{send_task.id}")
        assert card.card_updated_at is not None
        [shown] = town.inbox_of(await Staff.get(id=send_task.staff_id))
        assert shown.replaced["button"]["replace_name"] == button
    [confirmed] = await Message.filter(template="send_task", about=f"send_task:{first.id}")
    assert confirmed.card_after is not None
    assert confirmed.card_after["outcome"] == "confirmed"


async def test_a_card_still_on_its_way_when_its_plan_is_cancelled_is_not_sent(town: Town, house: House):
    town.fail("message/send", errcode=-1, times=1000)
    broadcast = await house.running()
    await owed_work()
    await owed_work()
    running = await Broadcast.get(id=broadcast.id)
    await drafting.cancel(house.marketer, broadcast.id, reason="内容写错", expected_version=running.version)
    town.simulation.faults.calm()
    await clock.advance(timedelta(hours=1))
    await owed.sweep()
    await jobs.drain()
    states = {(one.state, one.sent_at) for one in await Message.filter(template="send_task")}
    assert states == {("SKIPPED", None)}


async def test_a_cancelled_broadcast_sends_no_more_and_keeps_what_was_sent(town: Town, house: House):
    broadcast = await house.running()
    first, second, third = await _send_tasks(broadcast)
    await dispatch.dispatch(first.id)
    await dispatch.dispatch(second.id)
    await _confirm(town, await SendTask.get(id=first.id))
    running = await Broadcast.get(id=broadcast.id)
    await drafting.cancel(house.marketer, broadcast.id, reason="改期", expected_version=running.version)
    await jobs.drain()
    assert await _states(broadcast) == {
        RecipientState.CONTROL: 2,
        RecipientState.SENT: first.customers,
        RecipientState.DROPPED: second.customers + third.customers,
    }
    assert len(_receivers(town)) == first.customers + second.customers
    assert town.simulation.world.mass_messages.get((await SendTask.get(id=second.id)).message_id).cancelled
    assert await Recipient.filter(state="DROPPED", contacted_on__not_isnull=True).count() == 0


async def test_a_task_made_while_the_broadcast_was_cancelled_is_taken_back(town: Town, house: House, monkeypatch):
    broadcast = await house.running()
    send_task = (await _send_tasks(broadcast))[0]
    town.fail(CREATE, lose_answer=True)
    await dispatch.dispatch(send_task.id)
    running = await Broadcast.get(id=broadcast.id)
    await drafting.cancel(house.marketer, broadcast.id, reason="改期", expected_version=running.version)
    await _look()
    assert {one.state for one in await _send_tasks(broadcast)} == {SendTaskState.CANCELLED}
    assert await _states(broadcast) == {RecipientState.CONTROL: 2, RecipientState.DROPPED: 38}
    assert [message.cancelled for message in town.simulation.world.mass_messages] == [True]


async def test_after_three_days_the_rest_is_taken_back(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    await clock_jobs.finish_due()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.RUNNING
    await clock.advance(timedelta(days=3, hours=11))
    await clock_jobs.finish_due()
    await jobs.drain()
    assert (await Broadcast.get(id=broadcast.id)).state is BroadcastState.FINISHED
    assert (await _states(broadcast))[RecipientState.DROPPED] == 38
    await ending.finish(broadcast.id)


# -- somebody says no --------------------------------------------------------------------------------------------------


async def _refuse(recipient: Recipient) -> None:
    person = owner(recipient.customer_id, openid="")
    await consents.withdraw_consent(person, recipient.customer_id, Purpose.MARKETING_WECOM, how="mini_program")


async def _stop_everything(house: House, person: Recipient) -> None:
    await consents.stop_marketing(owner(person.customer_id, openid=""), person.customer_id, how="mini_program")


async def _withdraw(house: House, person: Recipient) -> None:
    await _refuse(person)


async def _unfriend(house: House, person: Recipient) -> None:
    seller = await Staff.get(id=person.staff_id)
    await Identity.create(
        customer_id=person.customer_id,
        kind=IdentityKind.EXTERNAL_USERID,
        value=person.address,
        created_at=clock.now(),
    )
    await friendships.unfriend(
        system("test"), userid=seller.userid, external_userid=person.address, at=clock.now(), by="customer"
    )


async def _car_of(person: Recipient) -> Vehicle:
    return await make.make_vehicle(await Customer.get(id=person.customer_id))


async def _complain(house: House, person: Recipient) -> None:
    await complaints.open_complaint(
        system("test"),
        about="survey:1",
        source="小程序评价",
        store_id=house.store.id,
        customer_id=person.customer_id,
        vehicle_id=(await _car_of(person)).id,
        repair_order_id=None,
        advisor_id=None,
        body="修了三次还响",
    )


async def _book(house: House, person: Recipient) -> None:
    for _ in range(4):
        await make.make_staff(Role.SA, house.store)
    await make.make_staff(Role.TEC, house.store, skills=["GENERAL"])
    await booking.book(
        owner(person.customer_id, openid=""),
        customer_id=person.customer_id,
        vehicle_id=(await _car_of(person)).id,
        store_id=house.store.id,
        item_ids=[(await make.make_service_item()).id],
        starts_at=clock.at(clock.local(STARTS_AT).date() + timedelta(days=1), 10),
    )


async def _come(house: House, person: Recipient) -> None:
    await opening.open_walk_in(
        await make.acting(Role.SA, house.store),
        store_id=house.store.id,
        customer_id=person.customer_id,
        vehicle_id=(await _car_of(person)).id,
        mileage_km=21_180,
        complaint="保养",
    )


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (_withdraw, "NO_CONSENT"),
        (_stop_everything, "OPTED_OUT"),
        (_unfriend, "UNREACHED"),
        (_complain, "COMPLAINT"),
        (_book, "BOOKED"),
        (_come, "IN_WORKSHOP"),
    ],
)
async def test_what_happens_before_the_salesperson_confirms_leaves_that_person_out_and_nobody_else(
    town: Town, house: House, happens: Callable[[House, Recipient], Awaitable[None]], reason: str
):
    broadcast = await house.running()
    await jobs.drain()
    person = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.TASKED).first()
    assert person is not None
    await happens(house, person)
    await jobs.drain()
    assert Counter(send_task.state for send_task in await _send_tasks(broadcast)) == {
        SendTaskState.CREATED: 3,
        SendTaskState.CANCELLED: 1,
    }
    for send_task in await _send_tasks(broadcast):
        if send_task.state is SendTaskState.CREATED:
            await _confirm(town, send_task)
    await _sync(broadcast)
    await person.refresh_from_db()
    assert (person.state, person.reason) == (RecipientState.EXCLUDED, reason)
    assert await _states(broadcast) == {
        RecipientState.CONTROL: 2,
        RecipientState.SENT: 37,
        RecipientState.EXCLUDED: 1,
    }
    assert person.address not in [row.external_userid for row in town.chats() if row.origin == "mass"]
    shown = await progress.progress(house.marketer, broadcast.id)
    assert [row.reason for row in shown.excluded_at_sending] == [reason]


async def test_a_task_that_waits_is_asked_about_with_every_reading_also_without_an_event(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    person = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.TASKED).first()
    assert person is not None
    await Customer.filter(id=person.customer_id).update(complaint_until=clock.today())
    await _look(minutes=5)
    await person.refresh_from_db()
    assert (person.state, person.reason) == (RecipientState.EXCLUDED, "COMPLAINT")
    assert await _states(broadcast) == {
        RecipientState.CONTROL: 2,
        RecipientState.TASKED: 37,
        RecipientState.EXCLUDED: 1,
    }


async def test_what_concerns_nobody_who_waits_leaves_the_tasks_alone(town: Town, house: House):
    broadcast = await house.running()
    await jobs.drain()
    held_out = await Recipient.filter(broadcast_id=broadcast.id, cohort=Cohort.CONTROL).first()
    waiting = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.TASKED).first()
    assert held_out is not None
    assert waiting is not None
    await _come(house, held_out)
    person = owner(waiting.customer_id, openid="")
    await consents.give_consent(
        person, waiting.customer_id, Purpose.MARKETING_SMS, text_version="v1", how="mini_program"
    )
    await consents.withdraw_consent(person, waiting.customer_id, Purpose.MARKETING_SMS, how="mini_program")
    await _look(minutes=5)
    assert [send_task.state for send_task in await _send_tasks(broadcast)] == [SendTaskState.CREATED] * 3


async def test_who_refuses_while_the_task_is_being_made_is_left_out_of_the_next(town: Town, house: House):
    broadcast = await house.running()
    town.fail(CREATE, slow_seconds=1.0, times=3)
    making = asyncio.create_task(jobs.drain())
    async with asyncio.timeout(20):
        while not await SendTask.filter(state=SendTaskState.CREATING).exists():  # the job runs on its own connection
            await asyncio.sleep(0.02)
    send_task = await SendTask.filter(state=SendTaskState.CREATING).first()
    assert send_task is not None
    refusing = (await Recipient.filter(staff_id=send_task.staff_id, state=RecipientState.QUEUED))[0]
    await _refuse(refusing)
    await making
    await jobs.drain()
    await refusing.refresh_from_db()
    assert refusing.state is RecipientState.EXCLUDED
    assert await _states(broadcast) == {
        RecipientState.CONTROL: 2,
        RecipientState.TASKED: 37,
        RecipientState.EXCLUDED: 1,
    }
