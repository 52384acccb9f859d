"""A message is sent once, whatever is busy, lost, killed or pressed at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from app.wiring import wire
from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import Identity, IdentityKind
from crm_core.dealerships import brand
from crm_core.dealerships.models import BayKind, DealerGroup
from crm_core.dealerships.origin import DemoDataStaysHere, keep_demo_data_here, mark_as_demo
from crm_core.messaging import conditions, delivery, queries
from crm_core.messaging.allowances import forget_allowances, give_back, grant_allowances, remaining, take
from crm_core.messaging.channels.subscribe import NO_ALLOWANCE, Subscribe, note_report
from crm_core.messaging.channels.welcome import Welcome
from crm_core.messaging.media import MINI_PROGRAM_CARD, picture, refresh_pictures
from crm_core.messaging.models import Message, MessageState, PlatformMedia, SubscribeAllowance
from crm_core.messaging.outcomes import Lease
from crm_core.messaging.pushes import take_choices
from crm_core.messaging.service import close_card, say
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import Facts, MessageProblem
from foundation import clock, database, jobs
from foundation.errors import PlatformError
from foundation.settings import get_settings
from tests import factories as make

RESULT = "demo-appointment-result"


def _facts(appointment, variant):
    only_confirmed = {"late_minutes": 15} if variant == "confirmed" else {}
    return only_confirmed | {
        "model_short": "云帆X6",
        "plate": "粤BD1245",
        "starts_at": appointment.starts_at,
        "store_short": "深圳南山店",
    }


async def _owner(town, person="zhang"):
    """An owner whose mini-program account we know."""
    customer = await make.make_customer(town.store)
    openid = town.simulation.world.people.get(person).openid
    await Identity.create(customer_id=customer.id, kind=IdentityKind.OPENID, value=openid, created_at=clock.now())
    return customer, openid


async def _allow(town, openid, person="zhang"):
    """The owner accepts once; the platform and we hear of it."""
    await town.hand("POST", f"people/{person}/subscribe", {"choices": {RESULT: True}})
    await grant_allowances(openid, {RESULT: True})


async def _appointment(customer):
    """Their appointment, confirmed."""
    had = await Appointment.get_or_none(customer_id=customer.id)
    return had or await Appointment.create(
        store_id=customer.home_store_id,
        customer_id=customer.id,
        vehicle_id=(await make.make_vehicle(customer)).id,
        starts_at=clock.now() + timedelta(days=1),
        minutes=60,
        bay_kind=BayKind.QUICK,
        state=AppointmentState.CONFIRMED,
        source="console",
        confirm_by=clock.now(),
        created_at=clock.now(),
    )


async def _tell(customer, key="k", **more):
    appointment = await _appointment(customer)
    options = {
        "about": f"appointment:{appointment.id}",
        "dedupe_key": key,
        "variant": "confirmed",
        "customer_id": customer.id,
    } | more
    return await say("appointment_result", _facts(appointment, options["variant"]), **options)


async def _warn(staff, key="k"):
    return await say("card_failed", {}, staff_id=staff.id, about="appointment:1", dedupe_key=key)


def _notices(town, openid):
    return town.simulation.world.notices.where("openid", openid)


async def test_a_message_of_a_rolled_back_verb_is_never_sent(town):
    async def verb():
        async with database.transaction():
            await _warn(town.li)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await verb()
    await town.settle()
    assert not await Message.exists()
    assert town.inbox_of(town.li) == []


async def test_the_same_wish_is_one_message_for_ever(town):
    assert await _warn(town.li) is not None
    assert await _warn(town.li) is None
    await town.settle()
    assert len(town.inbox_of(town.li)) == 1


async def test_facts_that_cannot_make_the_message_fail_the_verb_not_the_job(town):
    with pytest.raises(MessageProblem):
        await say("card_failed", {"surprise": 1}, staff_id=town.li.id, about="appointment:1", dedupe_key="k")
    with pytest.raises(MessageProblem):
        await _tell(await make.make_customer(town.store), about="coupon:1")
    with pytest.raises(MessageProblem):
        await say("group_send_visit", {}, customer_id=1, about="campaign:1", dedupe_key="k")


async def test_a_plate_is_kept_masked(town):
    await _tell(await make.make_customer(town.store))
    assert (await Message.get()).facts["plate"] == "粤B·D**45"


async def test_an_owner_is_told_once_for_one_accept_and_then_only_in_the_mini_program(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    await _tell(customer, "first")
    await _tell(customer, "second")
    await town.settle()
    assert len(_notices(town, openid)) == 1
    sent, skipped = await Message.all().order_by("channel")
    states = {(m.channel, m.state, m.reason) for m in (sent, skipped)}
    assert states == {
        ("SUBSCRIBE", MessageState.SENT, ""),
        ("NONE", MessageState.SKIPPED, "没有可用的订阅次数"),
    }
    events = await database.fetch("SELECT name, sentence FROM event WHERE name LIKE 'message.%' ORDER BY name")
    assert [row["sentence"] for row in events] == [
        "预约结果通知 没有发出：没有可用的订阅次数",
        "预约结果通知 已发出",
    ]


async def test_an_accept_that_comes_late_carries_the_notice_it_was_given_for_and_no_older_one(town):
    customer, openid = await _owner(town)
    await _tell(customer, "old")
    await town.settle()
    await clock.advance(Subscribe.opens_late + timedelta(seconds=1))
    await _tell(customer, "new")
    await town.settle()
    assert {m.state for m in await Message.all()} == {MessageState.SKIPPED}
    await town.hand("POST", "people/zhang/subscribe", {"choices": {RESULT: True}})
    await asyncio.gather(*(take_choices(openid, {RESULT: True}) for _ in range(2)))
    await town.settle()
    assert len(_notices(town, openid)) == 1
    assert {m.dedupe_key: m.state for m in await Message.all()} == {
        "old": MessageState.SKIPPED,
        "new": MessageState.SENT,
    }
    assert list((await remaining(openid)).values()) == [1], "the second accept is for another day"


async def test_fifty_deliveries_at_once_never_use_more_than_was_allowed(town):
    customer, openid = await _owner(town)
    for _ in range(10):
        await _allow(town, openid)
    ids = [await _tell(customer, f"k{n}") for n in range(50)]
    await asyncio.gather(*(delivery.deliver(message_id) for message_id in ids))
    assert await Message.filter(state=MessageState.SENT).count() == 10
    assert await remaining(openid) == {}
    assert (await SubscribeAllowance.get()).remaining == 0
    assert len(_notices(town, openid)) == 10


async def test_one_message_delivered_fifty_times_at_once_is_sent_once(town):
    message_id = await _warn(town.li)
    results = await asyncio.gather(*(delivery.deliver(message_id) for _ in range(50)), return_exceptions=True)
    assert all(result is None or isinstance(result, delivery.StillInHand) for result in results)
    assert len(town.inbox_of(town.li)) == 1


async def test_a_busy_platform_gives_the_allowance_back_and_it_is_sent_later(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    town.fail("cgi-bin/message/subscribe/send", errcode=-1)
    with pytest.raises(PlatformError):
        await delivery.deliver(message_id)
    assert await remaining(openid) == {"appointment_result": 1}
    assert (await Message.get()).state is MessageState.PENDING
    await delivery.deliver(message_id)
    assert (await Message.get()).state is MessageState.SENT
    assert await remaining(openid) == {}


async def test_a_subscribe_message_without_an_answer_is_not_repeated_and_the_platforms_report_settles_it(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    town.fail("cgi-bin/message/subscribe/send", lose_answer=True)
    await delivery.deliver(message_id)
    await delivery.deliver(message_id)
    assert len(_notices(town, openid)) == 1
    message = await Message.get()
    assert (message.state, message.platform_id) == (MessageState.UNKNOWN, "")
    await note_report(openid=openid, template_id=RESULT, platform_id="2000000000000000001", error_code=0)
    assert (await Message.get()).state is MessageState.SENT


async def test_an_outcome_nobody_reports_becomes_a_failure_that_staff_see(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    town.fail("cgi-bin/message/subscribe/send", lose_answer=True)
    await delivery.deliver(message_id)
    await delivery.sweep()
    assert (await Message.get()).state is MessageState.UNKNOWN
    await database.execute("UPDATE message SET leased_at = leased_at - interval '31 minutes'")
    await delivery.sweep()
    assert (await Message.get()).state is MessageState.FAILED
    assert await database.fetch_value("SELECT count(*) FROM event WHERE name = 'message.not_delivered'") == 1


async def test_a_worker_killed_between_the_call_and_the_answer_neither_loses_nor_doubles_a_card(town):
    message_id = await _warn(town.li)
    lease = await delivery._lease(message_id)
    assert isinstance(lease, Lease)
    await lease.channel.send(lease.message)
    # Here the worker dies. Another one finds the lease: too fresh at first, then left behind.
    with pytest.raises(delivery.StillInHand):
        await delivery.deliver(message_id)
    await database.execute("UPDATE message SET leased_at = leased_at - interval '61 seconds'")
    await delivery.sweep()
    await jobs.drain()
    assert (await Message.get()).state is MessageState.SENT
    assert len(town.inbox_of(town.li)) == 1


async def test_a_worker_killed_before_the_call_is_made_up_for(town):
    message_id = await _warn(town.li)
    await delivery._lease(message_id)
    await database.execute("UPDATE message SET leased_at = leased_at - interval '61 seconds'")
    await delivery.deliver(message_id)
    assert len(town.inbox_of(town.li)) == 1


async def test_a_killed_subscribe_message_is_never_called_again(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    lease = await delivery._lease(message_id)
    assert isinstance(lease, Lease)
    await lease.channel.send(lease.message)
    await database.execute("UPDATE message SET leased_at = leased_at - interval '61 seconds'")
    await delivery.deliver(message_id)
    assert (await Message.get()).state is MessageState.UNKNOWN
    assert len(_notices(town, openid)) == 1


async def test_the_platform_is_believed_when_it_says_no_accept_is_left(town):
    customer, openid = await _owner(town)
    await grant_allowances(openid, {RESULT: True})
    await _tell(customer)
    await town.settle()
    message = await Message.get()
    assert (message.state, message.errcode) == (MessageState.SKIPPED, "43101")
    assert await remaining(openid) == {}


async def test_a_message_past_its_time_is_not_sent(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    await _tell(customer, send_before=clock.now() + timedelta(minutes=5))
    await clock.advance(timedelta(minutes=6))
    await town.settle()
    assert (await Message.get()).reason == "过了时效"
    assert await remaining(openid) == {"appointment_result": 1}


def _new() -> Facts:
    return {
        "confirm_by": clock.now(),
        "starts_at": clock.now(),
        "model_short": "云帆X6",
        "plate": None,
        "customer_name": "张伟",
        "visit_number": 1,
        "items": ["小保养"],
        "parts_note": "到店确认",
        "note": None,
    }


async def test_a_card_is_opened_by_what_the_group_calls_itself_now(town):
    customer, _ = await _owner(town)
    appointment = await _appointment(customer)
    await Appointment.filter(id=appointment.id).update(state=AppointmentState.REQUESTED)
    group = await DealerGroup.create(
        id=1, name="远航汽车集团", short_name="远航", sms_signature="远航汽车", corp_id="ww1", begun_at=clock.now()
    )
    for called in ("远航", "远航南方"):
        await DealerGroup.filter(id=group.id).update(short_name=called)
        brand.forget()
        await say(
            "appointment_new",
            {**_new(), "starts_at": appointment.starts_at},
            staff_id=town.li.id,
            about=f"appointment:{appointment.id}",
            dedupe_key=called,
            version=1,
        )
        await town.settle()
    opened = [card.body["source"]["desc"] for card in town.inbox_of(town.li)]
    assert opened == ["远航 · 服务", "远航南方 · 服务"]


async def test_a_card_that_was_settled_before_it_left_is_not_sent(town):
    await say("appointment_new", _new(), staff_id=town.li.id, about="appointment:1", dedupe_key="k", version=1)
    await close_card("appointment:1", "appointment_new", "confirm", "李敏")
    await town.settle()
    assert town.inbox_of(town.li) == []
    assert (await Message.get()).reason == "已处理，不用再发"


async def test_an_accept_that_comes_after_the_matter_has_changed_sends_nothing_and_is_kept_for_the_next(town):
    customer, openid = await _owner(town)
    await _tell(customer)
    await town.settle()
    await Appointment.all().update(state=AppointmentState.CANCELLED)
    await town.hand("POST", "people/zhang/subscribe", {"choices": {RESULT: True}})
    await take_choices(openid, {RESULT: True})
    await town.settle()
    assert _notices(town, openid) == []
    assert (await Message.get()).state is MessageState.STALE
    assert await remaining(openid) == {"appointment_result": 1}
    await _tell(customer, "cancelled", variant="cancelled")
    await town.settle()
    assert len(_notices(town, openid)) == 1
    assert await remaining(openid) == {}


async def test_a_late_accept_passes_over_what_is_no_longer_true_to_the_newest_that_is(town):
    customer, openid = await _owner(town)
    await _tell(customer, "confirmed")
    await town.settle()
    await _tell(customer, "rescheduled", variant="rescheduled")
    await _tell(customer, "cancelled", variant="cancelled")
    await Message.all().update(state=MessageState.SKIPPED, reason=NO_ALLOWANCE.reason, reason_code=NO_ALLOWANCE.code)
    await town.hand("POST", "people/zhang/subscribe", {"choices": {RESULT: True}})
    await take_choices(openid, {RESULT: True})
    await town.settle()
    assert {m.variant: m.state for m in await Message.all()} == {
        "confirmed": MessageState.SKIPPED,
        "rescheduled": MessageState.SENT,
        "cancelled": MessageState.STALE,
    }


async def test_what_a_busy_platform_held_up_is_not_sent_when_the_matter_has_changed_meanwhile(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    message_id = await _tell(customer)
    town.fail("cgi-bin/message/subscribe/send", errcode=-1)
    with pytest.raises(PlatformError):
        await delivery.deliver(message_id)
    await Appointment.all().update(starts_at=clock.now() + timedelta(days=2))
    await delivery.deliver(message_id)
    assert _notices(town, openid) == []
    assert (await Message.get()).state is MessageState.STALE
    assert await remaining(openid) == {"appointment_result": 1}
    assert await queries.notices(customer.id) == [], "and it is not among the owner's notices"


async def test_a_confirmation_that_is_cancelled_before_it_leaves_is_not_sent(town):
    customer, openid = await _owner(town)
    await _allow(town, openid)
    await _tell(customer)
    await Appointment.all().update(state=AppointmentState.CANCELLED)
    await _tell(customer, "cancelled", variant="cancelled")
    await town.settle()
    assert {m.variant: m.state for m in await Message.all()} == {
        "confirmed": MessageState.STALE,
        "cancelled": MessageState.SENT,
    }


def test_every_message_names_a_condition_that_some_room_answers():
    wire()
    assert {message.meta.holds for message in catalogue()} <= conditions.registered()


def test_what_is_said_of_a_matter_that_can_change_is_never_unconditional():
    """Only answers to a press or a request, a greeting and an owner's answer stay true for ever; unused messages cannot
    be sent.
    """
    unconditional = {message.name for message in catalogue() if message.meta.holds == conditions.ALWAYS}
    assert unconditional == {
        "bot_answer",
        "bot_help",
        "card_already_handled",
        "card_expired",
        "card_failed",
        "card_not_allowed",
        "request_answered",
        "welcome",
        "work_answered",
    }
    assert {message.name for message in catalogue() if message.meta.holds == conditions.UNSAID} == {
        "group_send_visit",
        "group_send_wake_up",
        "recall_chat",
        "lead_new",
        "opt_out",
        "why_me",
    }


async def test_a_message_that_does_not_say_when_it_is_true_is_not_said(town):
    facts = {name: fact.example for name, fact in catalogue().message("lead_new").facts(None).items()}
    with pytest.raises(MessageProblem, match="still true"):
        await say("lead_new", facts, staff_id=town.li.id, about="lead:1", dedupe_key="k")


async def test_an_owner_who_switches_a_notice_off_has_none_left(town):
    _, openid = await _owner(town)
    await grant_allowances(openid, {RESULT: True, "unknown-template": True})
    await forget_allowances(openid, RESULT)
    row = await SubscribeAllowance.get()
    assert (row.remaining, row.always_declines) == (0, True)


async def test_an_allowance_that_was_not_used_comes_back(town):
    customer, openid = await _owner(town)
    await grant_allowances(openid, {"appointment_result": True})
    taken = await take(customer.id, "appointment_result")
    assert taken is not None
    assert await take(customer.id, "appointment_result") is None
    await give_back(taken.openid, "appointment_result")
    assert await remaining(openid) == {"appointment_result": 1}


async def test_a_picture_is_uploaded_once_and_renewed_at_half_its_life(town):
    first = await picture(MINI_PROGRAM_CARD)
    assert await picture(MINI_PROGRAM_CARD) == first
    await refresh_pictures()
    assert await picture(MINI_PROGRAM_CARD) == first
    await clock.advance(timedelta(hours=40))
    await refresh_pictures()
    assert await picture(MINI_PROGRAM_CARD) != first
    assert await PlatformMedia.all().count() == 1


async def test_demo_data_never_reaches_a_real_platform(town, monkeypatch):
    monkeypatch.setenv("WEDEALER_WECOM__BASE_URL", "https://qyapi.weixin.qq.com/")
    get_settings.cache_clear()
    await _warn(town.li)
    await jobs.drain()
    message = await Message.get()
    assert message.state is MessageState.FAILED
    assert "demo_data_stays_here" in message.reason
    assert town.inbox_of(town.li) == []


async def test_a_marked_database_is_refused_in_production(town, monkeypatch):
    await keep_demo_data_here("http://127.0.0.1:1/")
    monkeypatch.setattr(get_settings(), "environment", "production")
    await keep_demo_data_here("https://qyapi.weixin.qq.com/")
    await mark_as_demo()
    with pytest.raises(DemoDataStaysHere):
        await keep_demo_data_here("https://qyapi.weixin.qq.com/")


async def _greet(town, **columns):
    """A welcome as a scan leaves it, before a worker takes it up; `columns` say what became of earlier tries."""
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.simulation.courier.settle()
    await _only("bot.handle_callback")
    message = await Message.get(template="welcome")
    await Message.filter(id=message.id).update(**columns)
    return message.id


async def _only(name):
    """Run the jobs of one kind and drop the others: no worker has come to them yet."""
    await database.execute("DELETE FROM jobs.pgqueuer WHERE entrypoint NOT LIKE $1", f"%{name}")
    rows = await database.fetch("SELECT payload FROM jobs.pgqueuer")
    await database.execute("DELETE FROM jobs.pgqueuer")
    for row in rows:
        await jobs.registry[name].body(**orjson.loads(row["payload"]))


def _left_behind(seconds):
    return {
        "state": MessageState.SENDING,
        "channel": "WELCOME",
        "attempts": 1,
        "leased_at": datetime.now(UTC) - timedelta(seconds=seconds),
    }


async def test_a_welcome_left_behind_by_a_dead_worker_is_sent_by_the_next_within_its_life(town):
    message_id = await _greet(town, **_left_behind(Welcome.lease_seconds))
    await delivery.deliver(message_id)
    assert (await Message.get(id=message_id)).state is MessageState.SENT
    assert len([chat for chat in town.chats() if chat.msgtype == "text"]) == 1


async def test_who_was_greeted_by_a_worker_that_died_before_writing_it_down_counts_as_greeted(town):
    message_id = await _greet(town)
    await delivery.deliver(message_id)
    await Message.filter(id=message_id).update(sent_at=None, **_left_behind(Welcome.lease_seconds))
    await delivery.deliver(message_id)
    assert (await Message.get(id=message_id)).state is MessageState.SENT
    assert len([chat for chat in town.chats() if chat.msgtype == "text"]) == 1


async def test_a_welcome_whose_answer_nobody_heard_in_time_is_neither_failed_nor_skipped(town):
    message_id = await _greet(town, **_left_behind(3600))
    await clock.advance(timedelta(seconds=30))
    await delivery.deliver(message_id)
    await delivery.sweep()
    message = await Message.get(id=message_id)
    assert (message.state, message.errcode) == (MessageState.UNKNOWN, "unknown")


async def test_a_slow_worker_that_is_overtaken_decides_nothing_when_it_is_refused(town, monkeypatch):
    monkeypatch.setattr(Welcome, "lease_seconds", 0)
    message_id = await _greet(town)
    town.fail("externalcontact/send_welcome_msg", slow_seconds=0.5)
    slow = asyncio.create_task(delivery.deliver(message_id))
    while (await Message.get(id=message_id)).state is not MessageState.SENDING:
        await asyncio.sleep(0)
    await delivery.deliver(message_id)
    await slow
    assert (await Message.get(id=message_id)).state is MessageState.SENT
    assert len([chat for chat in town.chats() if chat.msgtype == "text"]) == 1
