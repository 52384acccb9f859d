"""Values are parsed, stored and shown by the kind of their column."""

from datetime import date

import pytest

from crm_core.settings.kinds import (
    Column,
    Kept,
    ValueRefused,
    choice,
    choices,
    day,
    degrees,
    hours,
    keep,
    money,
    of_day,
    read,
    tell,
    text,
    whole,
    yes,
)

KINDS = {"QUICK": "快保", "EV": "新能源"}


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (text("a", "名称", 10), "南山店", "南山店"),
        (whole("a", "用时", 5, 600, "分钟"), 60, "60 分钟"),
        (money("a", "单价"), 24_000, "240.00 元"),
        (hours("a", "定额", 100), 80, "0.8 小时"),
        (of_day("a", "开门"), 510, "08:30"),
        (yes("a", "可预约"), True, "是"),
        (day("a", "日期"), "2026-05-01", "2026-05-01"),
        (degrees("a", "经度", 73, 136), "114.057868", "114.057868"),
        (choice("a", "类型", KINDS), "EV", "新能源"),
        (choices("a", "技能", KINDS), ["QUICK", "EV"], "快保、新能源"),
    ],
)
def test_a_value_is_read_kept_and_told(column: Column, value: Kept, told: str) -> None:
    assert keep(column, read(column, value)) == value
    assert tell(column, value) == told


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (text("a", "名称", 2), "南山店", "最多 2 个字"),
        (text("a", "电话", 20, pattern="[0-9]+"), "号码", "写得不对"),
        (whole("a", "用时", 5, 600, "分钟"), 601, "5 分钟 到 600 分钟"),
        (whole("a", "用时", 5, 600), "六十", "要填数字"),
        (whole("a", "用时", 0, 1), True, "要填数字"),
        (day("a", "日期"), "2026-02-30", "要填日期"),
        (degrees("a", "经度", 73, 136), "22.5", "73 到 136 度"),
        (choice("a", "类型", KINDS), "ROCKET", "从给出的里面选"),
        (choices("a", "技能", KINDS), ["ROCKET"], "从给出的里面选"),
        (money("a", "单价"), None, "要填"),
    ],
)
def test_a_wrong_value_is_refused_in_words(column: Column, value: Kept, sentence: str) -> None:
    with pytest.raises(ValueRefused, match=sentence):
        read(column, value)


def test_what_may_be_left_out_is_nothing_or_empty() -> None:
    assert read(text("a", "备注", 10, required=False), None) == ""
    assert read(day("a", "到", required=False), "") is None
    assert read(choices("a", "技能", KINDS, required=False), []) == []
    assert read(yes("a", "可预约"), None) is False
    assert read(day("a", "到"), "2026-05-01") == date(2026, 5, 1)
