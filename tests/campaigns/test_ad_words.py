"""What advertising may not say."""

import pytest

from campaigns import ad_words


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("全市最低，{门店}第一。", "广告里不能用「最低」「第一」"),
        ("全市最\u200b低", "广告里不能用「最低」"),
        ("集赞送机油", "广告里不能用「集赞」"),
        ("分享给三位好友即可领券", "广告里不能用「分享给三位好友即可」"),
        ("转发朋友圈有礼", "广告里不能用「转发朋友圈有礼」"),
        ("原价 800，现在 500", "不能写「原价」，没有成交过的原价是虚假宣传；写现在的价格就行"),
        ("来店送 vip 洗车", "集团不用「VIP」：我们不分等级"),
    ],
)
def test_what_may_not_be_said(text: str, problem: str):
    assert ad_words.problems(text, {"VIP": "我们不分等级"}) == [problem]


@pytest.mark.parametrize("text", ["", "和您分享一个好消息，点卡片领取", "换季检查可以在线约，到店不用等。"])
def test_what_may_be_said(text: str):
    assert ad_words.problems(text, {"VIP": "我们不分等级"}) == []
    assert ad_words.unstated_terms(text) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("工时8折", ["时间", "范围", "数量"]),
        ("本月工时 8.5 折", ["范围", "数量"]),
        ("12月31日前，限小保养，免费换机油", ["数量"]),
        ("12月31日前小保养立减 100 元，前 50 名", ["范围"]),
        ("12月31日前，限小保养，8 折，前 50 名", []),
        ("即日起到店免费检测，所有车型，不限数量，本月有效", []),
    ],
)
def test_a_discount_states_until_when_for_what_and_how_many(text: str, missing: list[str]):
    said = "".join(ad_words.unstated_terms(text))
    assert [what for what in ("时间", "范围", "数量") if what in said] == missing
