"""What a campaign may say, decided without a database."""

from dataclasses import replace

import pytest

from campaigns import own_words
from campaigns.channels.wecom_mass import WecomMass
from campaigns.contents import shipped
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Carries, Content
from crm_core.wording.facts import MessageProblem, MissingFact

CARD = Attachment(AttachmentKind.MINI_PROGRAM, title="在线选时间", target=GIFT_PAGE)
LINK = Attachment(AttachmentKind.LINK, title="看看新店", target="https://example.com/store")
PICTURE = Attachment(AttachmentKind.PICTURE, picture="0" * 64 + ".jpg")
GOOD = Content("{门店}新换了举升机，欢迎来看看。打开卡片可“不再接收”。", [CARD])
CARRIES = WecomMass.carries
BARE = Carries(longest=40, opt_out=("拒收请回复R",), states_terms=False)


def _problems(content: Content, *, has_coupon: bool = False, carries: Carries = CARRIES) -> list[str]:
    return own_words.problems(content, carries, has_coupon=has_coupon)


def _saying(text: str) -> Content:
    return replace(GOOD, text=text + "{门店}，打开卡片可“不再接收”。")


def test_good_words_have_no_problem():
    assert _problems(GOOD) == []
    elsewhere = replace(CARD, target="pages/coupons/index.html")
    assert _problems(replace(GOOD, attachments=[CARD, elsewhere, LINK, PICTURE])) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{客户姓名}您好。", "这里不能用{客户姓名}"),
        ("{卡券}等您来领。", "这里不能用{卡券}"),
        ("{门店}}好久不见。", "花括号只能用来写变量，如 {门店}"),
        ("{{ store_short }}好久不见。", "这里不能用{ store_short }"),
        ("全市最低，{门店}第一。", "广告里不能用「最低」「第一」"),
        ("转发有礼，集赞送机油。", "广告里不能用「转发有礼」「集赞」"),
    ],
)
def test_words_that_may_not_be_said(text: str, problem: str):
    assert problem in _problems(_saying(text))


def test_an_absolute_claim_in_a_card_counts_too():
    claimed = replace(GOOD, attachments=[replace(CARD, title="史上最低")])
    assert _problems(claimed) == ["广告里不能用「史上」「最低」"]


def test_the_way_out_must_be_named_in_the_channels_words():
    assert _problems(replace(GOOD, text="好久不见，打开卡片可“不再接收”。")) == ["要写明是哪家店发的：加上 {门店}"]
    assert _problems(replace(GOOD, text="{门店}好久不见。")) == ["要写明怎么退订，如“不再接收”"]
    assert _problems(Content("好久不见", []), carries=BARE) == ["要写明怎么退订，如“拒收请回复R”"]


def test_a_coupon_is_given_with_its_terms_where_the_channel_has_room():
    said = _saying("送您{卡券}。")
    assert _problems(said, has_coupon=True) == ["送券要写明{用券规则}、{有效天数}"]
    assert _problems(_saying("送您{卡券}（{用券规则}，{有效天数} 天内）。"), has_coupon=True) == []
    assert _problems(Content("送您{卡券}，拒收请回复R", []), has_coupon=True, carries=BARE) == []


def test_the_longest_values_must_fit():
    fits = Content("一" * 22 + "{卡券}拒收请回复R"[:4] + "拒收请回复R", [])
    assert _problems(fits, has_coupon=True, carries=BARE) == []
    assert _problems(replace(fits, text="一" + fits.text), has_coupon=True, carries=BARE) == [
        "文字：41 个字，应在 1 到 40 之间"
    ]
    assert _problems(Content(GOOD.text + "一" * 1400, [CARD]))[0].startswith("文字：")


@pytest.mark.parametrize(
    ("attachments", "problem"),
    [
        ([], "要有一张打开「领券和预约」的小程序卡片，客户从那里预约和退订"),
        ([CARD] * 10, "附件 10 个，最多 9 个"),
        ([CARD, replace(CARD, target="pages/index")], "还没有选小程序卡片打开哪一页"),
        (
            [replace(CARD, target="pages/home/index.html")],
            "要有一张打开「领券和预约」的小程序卡片，客户从那里预约和退订",
        ),
        ([replace(CARD, title="一" * 22)], "小程序卡片标题：66 字节，应在 1 到 64 之间"),
        ([CARD, replace(LINK, target="http://example.com")], "链接要以 https:// 开头，中间没有空格"),
        ([CARD, replace(LINK, title="")], "链接标题：0 字节，应在 1 到 128 之间"),
        ([CARD, replace(LINK, description="一" * 171)], "链接说明：513 字节，应在 1 到 512 之间"),
        ([CARD, replace(PICTURE, picture="")], "还没有选图片"),
    ],
)
def test_what_hangs_below_the_words(attachments: list[Attachment], problem: str):
    assert problem in _problems(replace(GOOD, attachments=attachments))


def test_a_channel_without_attachments_takes_none():
    found = _problems(Content("拒收请回复R", [LINK]), carries=BARE)
    assert found == ["附件 1 个，最多 0 个", "这个渠道不能带链接"]


def test_variables_are_filled_in_words_and_cards_and_none_is_left_empty():
    content = Content("{门店}送您{卡券}", [replace(CARD, title="领{卡券}")])
    filled = own_words.fill(content, {"store_short": "深圳南山店", "coupon": "工时8折券", "rule": "满 400 可用"})
    assert (filled.text, filled.attachments[0].title) == ("深圳南山店送您工时8折券", "领工时8折券")
    with pytest.raises(MissingFact):
        own_words.fill(content, {"store_short": "深圳南山店"})


def test_the_hash_covers_all_that_people_get():
    others = [
        replace(GOOD, text=GOOD.text + "。"),
        replace(GOOD, attachments=[CARD, CARD]),
        replace(GOOD, attachments=[replace(CARD, title="别的")]),
        replace(GOOD, attachments=[replace(CARD, picture="1")]),
    ]
    hashes = {own_words.content_hash(one, "WECOM_MASS") for one in [GOOD, *others]}
    assert len(hashes | {own_words.content_hash(GOOD, "SMS_MASS")}) == 6


@pytest.mark.parametrize(("template", "has_coupon"), [("group_send_wake_up", True), ("group_send_visit", False)])
def test_the_shipped_messages_are_contents_without_a_problem(template: str, has_coupon: bool):
    content = shipped.content_of(template, WecomMass(), "天冷了，刹车和电瓶值得看一看。")
    assert _problems(content, has_coupon=has_coupon) == []
    assert "天冷了，刹车和电瓶值得看一看。{门店}" in content.text
    assert [(one.kind, one.target) for one in content.attachments] == [(AttachmentKind.MINI_PROGRAM, GIFT_PAGE)]


@pytest.mark.parametrize("template", ["welcome", "no_such_message"])
def test_a_message_without_words_for_the_channel_makes_no_content(template: str):
    with pytest.raises(MessageProblem):
        shipped.content_of(template, WecomMass(), "")
