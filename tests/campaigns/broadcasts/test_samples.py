"""发给我自己看: what a marketer wrote comes to their own phone as it will come to customers, and to nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.broadcasts import drafting, samples
from campaigns.broadcasts.errors import NoSampleOfThis, TooManySamples
from campaigns.broadcasts.models import Broadcast
from campaigns.contents.models import ContentSample, SampleState
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, StaffRole
from foundation import clock, jobs, media
from foundation.errors import StaleVersion
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.fixtures.platforms import Town
from tests.pictures import picture as drawn

LONG = "{门店}的新举升机装好了。" + "底盘一眼看清。" * 150 + "打开卡片可“不再接收”。"
CARD = Attachment(AttachmentKind.MINI_PROGRAM, title="在{门店}选时间", target=GIFT_PAGE)
LINK = Attachment(AttachmentKind.LINK, title="新设备", target="https://example.com/lift")


@pytest.fixture
async def house(town: Town) -> House:
    """A store whose marketer is 王芳, whom the platform knows."""
    made = await make_house(2, store=town.store)
    await StaffRole.create(staff_id=town.wang.id, role=Role.MKT, store_id=town.store.id)
    return replace(made, marketer=await staff_actor(town.wang.id))


async def _written(house: House) -> Broadcast:
    picture = await media.store(drawn())
    attachments = [CARD, LINK, Attachment(AttachmentKind.PICTURE, picture=picture.key)]
    return await house.draft(words=Content(LONG, attachments), coupon_template_id=None)


async def _asked(actor: Actor, broadcast: Broadcast) -> samples.OwnSampleRow:
    await samples.ask(actor, broadcast.id, expected_version=broadcast.version)
    await jobs.drain()
    found = (await samples.latest(actor, broadcast.id)).sample
    assert found is not None
    return found


async def test_a_sample_comes_to_the_marketer_alone_marked_and_whole(town: Town, house: House):
    broadcast = await _written(house)
    sample = await _asked(house.marketer, broadcast)
    assert (sample.state, sample.problem, sample.is_current) == (SampleState.SENT, "", True)
    got = list(town.simulation.world.inbox)
    assert {one.userid.lower() for one in got} == {town.wang.userid}
    texts = "".join(one.body["content"] for one in got if one.msgtype == "text")
    assert texts.startswith("【样张】企微群发 · 只发给您一个人，客户没有收到\n\n深圳南山店的新举升机")
    assert texts.endswith("打开卡片可“不再接收”。")
    [news] = [one.body["articles"] for one in got if one.msgtype == "news"]
    assert [(one["title"], one.get("pagepath", one.get("url"))) for one in news] == [
        ("在深圳南山店选时间", GIFT_PAGE),
        ("新设备", "https://example.com/lift"),
    ]
    assert sum(one.msgtype == "image" for one in got) == 1
    wanted = await house.draft_of(words=Content(LONG, [CARD]), coupon_template_id=None)
    await drafting.edit(house.marketer, broadcast.id, wanted, expected_version=broadcast.version)
    after = (await samples.latest(house.marketer, broadcast.id)).sample
    assert after is not None
    assert after.is_current is False


async def test_of_two_versions_both_come_and_the_one_that_did_not_is_told(town: Town, house: House):
    other = Content("{门店}本周空位多。打开卡片可“不再接收”。", [CARD])
    broadcast = await house.draft(words=Content(LONG, [CARD]), words_b=other, coupon_template_id=None)
    assert (await _asked(house.marketer, broadcast)).state is SampleState.SENT
    texts = [one.body["content"] for one in town.simulation.world.inbox if one.msgtype == "text"]
    assert any(text.startswith("【样张】企微群发版本 A · 只发给您一个人") for text in texts)
    assert any(text.startswith("【样张】企微群发版本 B · 只发给您一个人") for text in texts)
    await clock.advance(timedelta(minutes=1))
    town.fail("message/send", errcode=60011)
    assert (await _asked(house.marketer, broadcast)).state is SampleState.FAILED
    rows = await ContentSample.filter(broadcast_id=broadcast.id)
    assert sorted(row.state for row in rows) == [SampleState.FAILED] + [SampleState.SENT] * 3


async def test_what_happened_to_a_sample_is_told(town: Town, house: House):
    broadcast = await _written(house)
    town.fail("message/send", errcode=60011)
    assert (await _asked(house.marketer, broadcast)).problem == "企业微信没有接受（60011），过一会儿再试"


async def test_who_may_have_how_many(house: House):
    broadcast = await house.draft(coupon_template_id=None)
    with pytest.raises(StaleVersion):
        await samples.ask(house.marketer, broadcast.id, expected_version=broadcast.version + 1)
    for _ in range(10):
        await samples.ask(house.marketer, broadcast.id, expected_version=broadcast.version)
    with pytest.raises(TooManySamples):
        await samples.ask(house.marketer, broadcast.id, expected_version=broadcast.version)
    assert await ContentSample.all().count() == 10
    await Broadcast.filter(id=broadcast.id).update(content_id=None)
    with pytest.raises(NoSampleOfThis):
        await samples.ask(await make.acting(Role.MKT, house.store), broadcast.id, expected_version=broadcast.version)
