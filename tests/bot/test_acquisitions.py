"""What WeCom tells of acquisition links reaches those who can do something about it."""

from bot.inbox import Callback, store
from campaigns.contact_ways.models import AcquisitionQuota, ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers.models import Friendship
from crm_core.dealerships.models import Role, Staff
from crm_core.messaging.models import Message, MessageState
from foundation import clock
from tests import factories as make
from tests.campaigns.contact_ways.test_links import follow, made
from tests.fixtures.platforms import Town


async def _marketer(town: Town) -> Staff:
    return await make.make_staff(Role.MKT, town.store, name="林晓", userid="linxiao")


async def test_quota_that_runs_low_and_out_is_told_to_marketing_and_the_figure_is_read(town: Town):
    marketer, way = await _marketer(town), await made(town)
    (bought,) = town.simulation.world.acquisition_quotas
    bought.left = 20
    await follow(town, way)
    assert (await AcquisitionQuota.get(id=1)).balance == 19
    bought.left = 1
    await follow(town, way, "li")
    assert (await AcquisitionQuota.get(id=1)).balance == 0
    cards = await Message.filter(template="acquisition_quota", staff_id=marketer.id).order_by("id")
    assert [card.variant for card in cards] == ["low", "exhausted"]
    assert all(card.state is not MessageState.STALE for card in cards)
    await town.hand("POST", "acquisition-quota", {"friends": 500})
    await town.settle()
    assert (await AcquisitionQuota.get(id=1)).balance == 500
    assert await Message.filter(template="acquisition_quota").exclude(variant__in=["low", "exhausted"]).count() == 0


async def test_quota_bought_twice_in_one_second_is_read_twice_though_the_callbacks_are_equal(town: Town):
    await made(town)
    body = (
        f"<xml><ToUserName>{town.simulation.settings.corp_id}</ToUserName><FromUserName>sys</FromUserName>"
        "<CreateTime>1700000000</CreateTime><MsgType>event</MsgType><Event>customer_acquisition</Event>"
        "<ChangeType>balance_increased</ChangeType></xml>"
    )
    same = Callback("wecom", "k1", "customer_acquisition/balance_increased", body, is_urgent=False)
    (bought,) = town.simulation.world.acquisition_quotas
    for left in (500, 900):
        bought.left = left
        await store([same])
        await town.settle()
        assert (await AcquisitionQuota.get(id=1)).balance == left


async def test_quota_that_lapses_soon_is_told_once_for_each_of_the_days_before(town: Town):
    marketer = await _marketer(town)
    await made(town)
    await town.hand("POST", "acquisition-quota", {"friends": 7, "days": 14})
    for _ in range(2):
        await town.hand("POST", "clock/advance", {"seconds": 1})
        await town.settle()
    [card] = await Message.filter(template="acquisition_quota", staff_id=marketer.id)
    assert (card.variant, card.facts["friend_count"]) == ("lapsing", 7)


async def test_a_link_that_was_deleted_in_wecom_ends_and_one_that_fails_says_so_until_it_works(town: Town):
    marketer, way = await _marketer(town), await made(town)
    await town.hand("POST", f"acquisition-links/{way.config_id}/unavailable")
    await town.settle()
    assert (await ContactWay.get(id=way.id)).unusable_since is not None
    await follow(town, way)
    assert (await ContactWay.get(id=way.id)).unusable_since is None
    await town.hand("POST", f"acquisition-links/{way.config_id}/delete")
    await town.settle()
    ended = await ContactWay.get(id=way.id)
    assert (ended.state, ended.ended_by_id) == (ContactWayState.ENDED, None)
    cards = await Message.filter(template="acquisition_link", staff_id=marketer.id).order_by("id")
    assert [card.variant for card in cards] == ["unusable", "deleted"]


async def test_a_friend_by_a_link_is_welcomed_and_counted_for_its_source(town: Town):
    way = await made(town)
    await follow(town, way)
    friend = await Friendship.get(state=way.token)
    customer = await friend.customer
    assert customer.first_source is way.source
    assert {chat.external_userid for chat in town.chats() if chat.origin == "welcome"} == {friend.external_userid}
    assert friend.since <= clock.now()
