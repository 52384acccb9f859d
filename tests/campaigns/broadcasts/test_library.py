"""内容库: what was approved once is found, named, used again and retired."""

from dataclasses import replace

import pytest

from campaigns.broadcasts import library
from campaigns.broadcasts.errors import LibraryEntryNotFound
from campaigns.broadcasts.models import Recipient, RecipientState
from campaigns.broadcasts.ways import WantedWay
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from crm_core.dealerships.models import Role
from foundation import clock
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.campaigns.broadcasts.house import make_house

pytestmark = pytest.mark.usefixtures("database")

OWN = Content(
    "{门店}的新举升机装好了，底盘一眼看清。打开卡片可“不再接收”。",
    [Attachment(AttachmentKind.MINI_PROGRAM, title="在{门店}选时间", target=GIFT_PAGE)],
)


async def test_what_is_approved_is_kept_once_and_used_again():
    house = await make_house(20)
    await house.submitted(words=OWN, coupon_template_id=None, name="还没批准")
    assert await library.of_reader(house.marketer) == []
    await house.running(words=OWN, coupon_template_id=None, name="看底盘")
    [entry] = await library.of_reader(house.marketer)
    assert (entry.name, entry.words, entry.author, entry.approver) == ("看底盘", OWN, "林晓", "赵建国")
    assert (entry.used, entry.sent, entry.opened, entry.has_coupon) == (1, 0, 0, False)
    again = await house.draft(words=entry.words, coupon_template_id=None, name="再来一次")
    assert again.content_id is not None
    await house.scheduled(words=entry.words, coupon_template_id=None, name="再来一次")
    assert [each.name for each in await library.of_reader(house.marketer)] == ["看底盘"]
    await house.scheduled(words=replace(OWN, text=OWN.text + "欢迎。"), coupon_template_id=None, name="改过的")
    for search, names in (
        ("", ["改过的", "看底盘"]),
        ("看底", ["看底盘"]),
        ("举升机", ["改过的", "看底盘"]),
        ("%", []),
    ):
        assert [each.name for each in await library.of_reader(house.marketer, search=search)] == names, search
    [older] = await library.of_reader(house.marketer, before_id=entry.id + 1)
    assert older.id == entry.id
    assert await library.of_reader(house.marketer, channel="PIGEON") == []


async def test_what_a_later_way_says_is_kept_too_but_for_a_notice_that_nobody_writes():
    house = await make_house(20)
    by_phone = WantedWay("CALL_LIST", after_days=1, words=Content("好久没见，要不要帮您约个时间？", []))
    ways = [WantedWay("SUBSCRIBE_MASS", after_days=1), by_phone]
    broadcast = await house.running(words=OWN, coupon_template_id=None, name="看底盘", ways=ways)
    kept = {each.channel: each for each in await library.of_reader(house.marketer)}
    assert {channel: each.used for channel, each in kept.items()} == {"WECOM_MASS": 1, "CALL_LIST": 1}
    person = await Recipient.filter(broadcast_id=broadcast.id, state=RecipientState.QUEUED).order_by("id").first()
    assert person is not None
    person.way, person.state, person.sent_at = 2, RecipientState.SENT, clock.now()
    await person.save()
    kept = {each.channel: each for each in await library.of_reader(house.marketer)}
    assert (kept["CALL_LIST"].sent, kept["WECOM_MASS"].sent) == (1, 0)


async def test_an_entry_is_named_and_retired_by_those_whose_it_is():
    house = await make_house(3)
    await house.scheduled(words=OWN, coupon_template_id=None)
    [entry] = await library.of_reader(house.marketer)
    named = await library.change(house.marketer, entry.id, name="底盘", is_retired=True, expected_version=1)
    assert (named.name, named.is_retired) == ("底盘", True)
    assert await library.of_reader(house.marketer) == []
    assert [each.id for each in await library.of_reader(house.marketer, is_retired=True)] == [entry.id]
    with pytest.raises(StaleVersion):
        await library.change(house.marketer, entry.id, name="别的", is_retired=False, expected_version=1)
    back = await library.change(house.marketer, entry.id, name="底盘", is_retired=False, expected_version=2)
    assert not back.is_retired
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    assert await library.of_reader(stranger) == []
    with pytest.raises(LibraryEntryNotFound):
        await library.change(stranger, entry.id, name="x", is_retired=True, expected_version=3)
    with pytest.raises(NotAllowed):
        await library.change(house.manager, entry.id, name="x", is_retired=True, expected_version=3)
