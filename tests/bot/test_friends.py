"""From WeCom's callback about a scanned code to the welcome and the customer record."""

import asyncio
from datetime import timedelta

import pytest

from bot.inbox import Callback, store
from campaigns.contact_ways.greeting_rules import Greeting
from crm_core.customers.models import Customer, Friendship, Identity, IdentityKind, Source, SourceTouch
from crm_core.messaging.models import Message, MessageState
from foundation import clock, database, jobs
from foundation.settings import get_settings
from integrations.wecom.contacts import NO_LONGER_KNOWN
from tests.checkout import make_template


async def _scan(town, way=None, person="zhang", **body):
    way = way or await town.contact_way(coupon_template_id=(await make_template()).id, coupon_name="新客养护券")
    await town.hand("POST", f"people/{person}/scan", {"code": way.config_id, **body})
    return way


async def test_a_scan_becomes_a_customer_with_source_and_owner_and_a_welcome(town):
    await _scan(town)
    await town.settle()

    customer = await Customer.get()
    assert customer.name == "张伟"
    assert (customer.consultant_id, customer.home_store_id) == (town.wang.id, town.store.id)
    assert customer.first_source is Source.SHOW
    assert await SourceTouch.filter(customer_id=customer.id, detail="展厅海报").count() == 1
    kinds = {identity.kind for identity in await Identity.filter(customer_id=customer.id)}
    assert kinds == {IdentityKind.EXTERNAL_USERID, IdentityKind.UNIONID}
    texts = [chat for chat in town.chats() if "新客养护券" in str(chat)]
    assert len(texts) == 2, "the text and the mini-program card"
    message = await Message.get(template="welcome")
    assert message.state is MessageState.SENT
    sentences = [row["sentence"] for row in await database.fetch("SELECT sentence FROM event ORDER BY id")]
    assert "添加王芳为好友，来源 展厅海报" in sentences
    assert "欢迎语 已发出" in sentences


async def test_a_code_that_is_not_ours_still_makes_a_friend_and_greets(town):
    await clock.set_to(clock.local(clock.now()).replace(hour=10))
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.settle()
    assert (await Customer.get()).first_source is Source.WECOM_ADD
    assert (await Message.get(template="welcome")).variant == "plain"


@pytest.mark.parametrize(
    ("hour", "variant", "words"), [(10, "show_plain", "很高兴在现场认识您"), (23, "closed_plain", "现在是下班时间")]
)
async def test_a_welcome_is_worded_by_the_code_and_by_the_hour(town, hour, variant, words):
    way = await town.contact_way(greeting=Greeting.SHOW)
    today = clock.local(clock.now())
    await clock.set_to(today.replace(hour=hour, minute=0, second=0, microsecond=0))
    await _scan(town, way)
    await town.settle()
    assert (await Message.get(template="welcome")).variant == variant
    assert any(words in str(chat) for chat in town.chats())


async def test_the_same_callback_three_times_in_any_order_acts_once(town):
    town.simulation.faults.change({"callback": {"repeat": 1.0, "reorder": 1.0}})
    await _scan(town)
    await town.settle()
    assert await Customer.all().count() == 1
    assert await Message.filter(template="welcome").count() == 1
    assert len([chat for chat in town.chats() if chat.msgtype == "text"]) == 1
    assert await database.fetch_value("SELECT count(*) FROM event WHERE name = 'friend.added'") == 1


@pytest.mark.parametrize("blank", ["\n", "\r\n  "])
async def test_a_friend_is_made_and_greeted_however_the_callback_breaks_its_lines(town, blank):
    fields = {
        "ToUserName": get_settings().wecom.corp_id,
        "FromUserName": "sys",
        "CreateTime": str(int(clock.now().timestamp())),
        "MsgType": "event",
        "Event": "change_external_contact",
        "ChangeType": "add_external_contact",
        "UserID": "WangFang",
        "ExternalUserID": "wm-1",
        "WelcomeCode": "CODE",
    }
    body = "".join(f"<{name}>{blank}<![CDATA[{value}]]>{blank}</{name}>{blank}" for name, value in fields.items())
    await store([Callback("wecom", "k1", "x", f"<xml>{blank}{body}</xml>", is_urgent=True)])
    await jobs.drain()
    assert (await Friendship.get()).external_userid == "wm-1"
    assert await Message.filter(template="welcome").count() == 1


async def test_a_friend_wecom_no_longer_knows_is_an_end_and_no_parked_job(town):
    for errcode in NO_LONGER_KNOWN:
        town.fail("externalcontact/get", errcode=errcode)
        await _scan(town, person="zhang" if errcode == 40096 else "li")
        await town.settle()
    assert await Friendship.all().count() == 2
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 0


async def test_a_half_add_and_the_full_one_are_one_friendship(town):
    way = await _scan(town, half=True)
    await town.settle()
    person = town.simulation.world.people.get("zhang")
    await town.hand("POST", "friendships/add_back", {"userid": "wangfang", "external_userid": person.external_userid})
    await town.settle()
    friendship = await Friendship.get()
    assert (friendship.state, friendship.ended_at) == (way.token, None)
    assert await database.fetch_value("SELECT count(*) FROM event WHERE name = 'friend.added'") == 1
    assert await Message.filter(template="welcome").count() == 1


async def test_a_customer_who_leaves_and_comes_back_is_the_same_person(town):
    way = await _scan(town)
    await town.settle()
    person = town.simulation.world.people.get("zhang")
    pair = {"userid": "wangfang", "external_userid": person.external_userid}
    await clock.advance(timedelta(minutes=1))
    await town.hand("POST", "friendships/delete", pair | {"by": "person"})
    await town.settle()
    assert (await Friendship.get()).ended_by == "customer"
    await clock.advance(timedelta(minutes=1))
    await _scan(town, way)
    await town.settle()
    assert (await Friendship.get()).ended_at is None
    assert await Customer.all().count() == 1
    events = await database.fetch("SELECT name FROM event WHERE name LIKE 'friend.%' ORDER BY id")
    assert [row["name"] for row in events] == ["friend.added", "friend.lost", "friend.added"]


async def test_a_welcome_whose_20_seconds_are_over_is_not_sent(town):
    await _scan(town)
    await town.simulation.courier.settle()
    await clock.advance(timedelta(seconds=30))
    await jobs.drain()
    message = await Message.get(template="welcome")
    assert (message.state, message.reason) == (MessageState.SKIPPED, "过了时效")
    assert await Customer.all().count() == 1


async def test_a_welcome_survives_a_busy_platform_and_a_lost_answer(town):
    way = await town.contact_way()
    town.fail("externalcontact/send_welcome_msg", errcode=-1, times=2)
    await _scan(town, way)
    await town.settle()
    assert (await Message.get(customer_id=1)).state is MessageState.SENT

    town.fail("externalcontact/send_welcome_msg", lose_answer=True)
    await _scan(town, way, person="li")
    await town.settle()
    # The repeated call is refused because the first one had arrived; that is how we learn it was sent.
    second = await Message.get(customer_id=2)
    assert (second.state, second.attempts) == (MessageState.SENT, 2)
    assert len([chat for chat in town.chats() if chat.msgtype == "text"]) == 2


async def test_twenty_equal_callbacks_at_once_make_one_customer(town):
    from crm_core.customers.friendships import befriend
    from crm_core.dealerships.actors import system

    at = clock.now()
    made = await asyncio.gather(
        *(befriend(system("test"), userid="WangFang", external_userid="wm-1", at=at) for _ in range(20))
    )
    assert len({friend.customer_id for friend in made}) == 1
    assert sum(friend.is_new for friend in made) == 1
    assert await Friendship.all().count() == 1


async def test_a_member_who_writes_to_the_app_is_told_what_it_can_do(town):
    await town.hand("POST", "staff/WangFang/messages", {"msgtype": "text", "fields": {"Content": "/help"}})
    await town.settle()
    (answer,) = town.inbox_of(town.wang)
    assert "卡片" in str(answer.body)
