"""What a broadcast says: a marketer's own words, bound by the approval, sent as they were approved."""

from dataclasses import replace

import pytest
from asyncpg import CheckViolationError

from campaigns.broadcasts import advancing, drafting, queries
from campaigns.broadcasts.models import Broadcast, SendTask, SendTaskState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.broadcasts.ways import WantedWay
from campaigns.contents.errors import ContentNotAccepted
from campaigns.contents.models import CampaignAttachment, CampaignContent
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from crm_core.dealerships.models import Role
from crm_core.settings import changing
from crm_core.settings import queries as setting_queries
from foundation import database, media
from tests import factories as make
from tests.campaigns.broadcasts.house import House, make_house
from tests.campaigns.people import tell_platform
from tests.fixtures.platforms import Town
from tests.pictures import picture as drawn

OWN = Content(
    "{门店}的新举升机装好了，底盘一眼看清。打开卡片可“不再接收”。",
    [
        Attachment(AttachmentKind.LINK, title="新设备", target="https://example.com/lift", description="看看长什么样"),
        Attachment(AttachmentKind.MINI_PROGRAM, title="在{门店}选时间", target=GIFT_PAGE),
    ],
)


@pytest.fixture
async def house(town: Town) -> House:
    """Twenty sleeping owners, known to the platform."""
    made = await make_house(20, store=town.store)
    await tell_platform(town, made.crowd)
    return made


async def test_own_words_are_sent_with_what_hangs_below_them(town: Town, house: House):
    picture = await media.store(drawn())
    words = replace(OWN, attachments=[*OWN.attachments, Attachment(AttachmentKind.PICTURE, picture=picture.key)])
    broadcast = await house.running(words=words, coupon_template_id=None)
    shown = await queries.one(house.marketer, broadcast.id)
    assert (shown.message_text, shown.card_title) == (
        "您的门店的新举升机装好了，底盘一眼看清。打开卡片可“不再接收”。",
        "新设备",
    )
    for send_task in await SendTask.filter(broadcast_id=broadcast.id):
        await advancing.advance(send_task.id)
    made = await SendTask.filter(broadcast_id=broadcast.id, state=SendTaskState.CREATED)
    assert len(made) > 1
    for send_task in made:
        message = town.simulation.world.mass_messages.get(send_task.message_id)
        assert message is not None
        assert message.body["text"]["content"].startswith("深圳南山店的新举升机装好了")
        link, card, image = message.body["attachments"]
        assert (link["link"]["url"], link["link"]["desc"]) == ("https://example.com/lift", "看看长什么样")
        assert card["miniprogram"]["title"] == "在深圳南山店选时间"
        assert card["miniprogram"]["page"] == f"{GIFT_PAGE}?campaign={send_task.token}"
        assert image["image"]["media_id"]


async def test_an_approval_covers_the_words_and_each_attachment(house: House):
    broadcast = await house.scheduled(words=OWN, coupon_template_id=None)
    approved = broadcast.content_hash
    for changed in (
        replace(OWN, text=OWN.text + "欢迎。"),
        replace(OWN, attachments=OWN.attachments[1:]),
        replace(OWN, attachments=[replace(OWN.attachments[0], target="https://example.com/b"), OWN.attachments[1]]),
    ):
        wanted = await house.draft_of(words=changed, coupon_template_id=None)
        edited = await drafting.edit(house.marketer, broadcast.id, wanted, expected_version=broadcast.version)
        assert (edited.state, edited.approved_hash) == (BroadcastState.DRAFT, "")
        assert edited.content_hash != approved
        broadcast = edited


async def test_a_content_is_written_once_and_used_again_where_nothing_of_it_changed(house: House):
    broadcast = await house.draft(words=OWN, coupon_template_id=None)
    wanted = await house.draft_of(words=OWN, coupon_template_id=None, name="换个名字")
    edited = await drafting.edit(house.marketer, broadcast.id, wanted, expected_version=broadcast.version)
    assert (edited.name, edited.content_id) == ("换个名字", broadcast.content_id)
    shorter = await house.draft_of(words=replace(OWN, attachments=OWN.attachments[1:]), coupon_template_id=None)
    again = await drafting.edit(house.marketer, broadcast.id, shorter, expected_version=edited.version)
    assert again.content_id != broadcast.content_id
    assert await CampaignAttachment.filter(content_id=broadcast.content_id).count() == 2


@pytest.mark.parametrize("table", ["campaign_content", "campaign_attachment"])
async def test_the_database_lets_nobody_change_what_was_written(house: House, table: str):
    await house.draft(words=OWN, coupon_template_id=None)
    with pytest.raises(CheckViolationError, match="written once"):
        await database.execute(f"UPDATE {table} SET id = id")


async def test_words_that_may_not_go_out_are_refused_with_every_reason(house: House):
    with pytest.raises(ContentNotAccepted) as refused:
        await house.draft(words=Content("全市最低。", []), coupon_template_id=None)
    assert refused.value.details["problems"] == [
        "广告里不能用「最低」",
        "要写明是哪家店发的：加上 {门店}",
        "要写明怎么退订，如“不再接收”",
        "要有一张打开「领券和预约」的小程序卡片，客户从那里预约和退订",
    ]
    assert not await CampaignContent.exists()
    with pytest.raises(ContentNotAccepted):
        await house.draft(name="全市第一")


async def test_a_word_the_group_does_not_use_is_refused_with_its_reason(house: House):
    manager = await make.acting(Role.GRP, None)
    before = await house.draft(words=OWN, coupon_template_id=None)
    word_id = await changing.add(manager, "forbidden-words", {"word": "举升机", "reason": "客户听不懂"})
    for wanted in ({"words": OWN}, {"season_line": "举升机修好了。"}, {"name": "举升机"}):
        with pytest.raises(ContentNotAccepted, match="集团不用「举升机」：客户听不懂"):
            await house.draft(coupon_template_id=None, **wanted)
    with pytest.raises(ContentNotAccepted, match="客户听不懂"):
        await drafting.submit(house.marketer, before.id, expected_version=before.version)
    (row,) = (await setting_queries.rows(manager, "forbidden-words")).items
    await changing.end(manager, "forbidden-words", word_id, expected_version=row.version, reason="大家都懂了")
    assert (await house.draft(words=OWN, coupon_template_id=None)).id


async def test_what_a_later_way_says_is_read_again_when_it_is_submitted(house: House):
    manager = await make.acting(Role.GRP, None)
    said = Content("好久没见，周末有空吗？", [])
    before = await house.draft(coupon_template_id=None, ways=[WantedWay("CALL_LIST", after_days=1, words=said)])
    await changing.add(manager, "forbidden-words", {"word": "周末", "reason": "周末排不下"})
    with pytest.raises(ContentNotAccepted, match="周末排不下"):
        await drafting.submit(house.marketer, before.id, expected_version=before.version)


async def test_a_broadcast_of_the_time_before_contents_says_what_its_message_says(house: House):
    broadcast = await house.draft()
    said = await queries.one(house.marketer, broadcast.id)
    await Broadcast.filter(id=broadcast.id).update(content_id=None)
    before = await queries.one(house.marketer, broadcast.id)
    assert (before.message_text, before.card_title) == (said.message_text, said.card_title)
