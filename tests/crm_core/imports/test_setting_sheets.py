"""Cells of a list of settings, as dealers write them."""

from datetime import UTC, date, datetime, time

import pytest

from crm_core.dealerships.models import Region
from crm_core.imports.setting_sheets import number_in, plan, understand, words
from crm_core.settings import kinds
from crm_core.settings.declaring import OF_THE_GROUP, SettingList
from crm_core.settings.kinds import Column, Kept, Options, ValueRefused
from foundation.spreadsheets.cells import Cell, Fault
from foundation.spreadsheets.reading import Row

KIND = kinds.choice("kind", "类型", {"QUICK": "快保", "GENERAL": "机修"})
SKILLS = kinds.choices("skills", "技能", {"QUICK": "快保", "GENERAL": "机修"})
STORE = kinds.row("store_id", "门店", Options(""))
LIST = SettingList(
    "made-up", "工位", "", "", Region, (STORE, kinds.text("name", "名称", 8), KIND), "stores.change", OF_THE_GROUP
)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (kinds.text("name", "名称", 8), "'+86", "+86"),
        (kinds.text("code", "编码", 8), 12, "12"),
        (kinds.whole("minutes", "用时", 5, 600, "分钟"), "1,200 分钟", 1200),
        (kinds.money("price_fen", "价格"), "¥1,299.5", 1299_50),
        (kinds.money("price_fen", "价格"), "240.00 元", 240_00),
        (kinds.money("price_fen", "价格"), 240, 240_00),
        (kinds.hours("quota", "工时", 100), "0.8h", 80),
        (kinds.hours("quota", "工时", 100), 1.25, 125),
        (kinds.yes("is_open", "营业"), "√", True),
        (kinds.yes("is_open", "营业"), False, False),
        (KIND, "快保", "QUICK"),
        (SKILLS, "机修，快保", ["GENERAL", "QUICK"]),
        (kinds.day("day", "日期"), datetime(2026, 5, 1, tzinfo=UTC), "2026-05-01"),
        (kinds.day("day", "日期"), date(2026, 5, 1), "2026-05-01"),
        (kinds.day("day", "日期"), "2026年5月1日", "2026-05-01"),
        (kinds.of_day("opens", "开门"), time(8, 30), 510),
        (kinds.of_day("opens", "开门"), "8：30", 510),
        (kinds.of_day("closes", "关门"), "24:00", 1440),
        (STORE, "南山店", 7),
        (STORE, None, None),
    ],
)
def test_a_cell_is_read_as_people_write_it(column: Column, cell: Cell, value: Kept):
    assert understand(column, cell, {"南山店": [7], "一店": [8, 9]}) == value


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        (kinds.whole("minutes", "用时", 5, 600), "1.5", "整数"),
        (kinds.money("price_fen", "价格"), "面议", "价格"),
        (kinds.hours("quota", "工时", 100), "0.125", "两位小数"),
        (kinds.yes("is_open", "营业"), "也许", "是 或 否"),
        (KIND, "飞船", "快保、机修"),
        (kinds.day("day", "日期"), "明天", "2026-05-01"),
        (kinds.of_day("opens", "开门"), "8 点", "08:30"),
        (STORE, "一店", "有几个"),
        (STORE, "二店", "没有"),
        (kinds.text("name", "名称", 8), Fault("#N/A"), "算式"),
    ],
)
def test_what_cannot_be_read_says_what_is_wanted(column: Column, cell: Cell, says: str):
    with pytest.raises(ValueRefused, match=says):
        understand(column, cell, {"一店": [8, 9]})


def test_a_number_is_that_of_a_row_or_empty():
    assert (number_in("12"), number_in(12), number_in(None)) == (12, 12, None)
    with pytest.raises(ValueRefused):
        number_in("十二")


def test_the_header_is_the_row_that_names_most_columns():
    rows = [Row(1, ("门店清单",)), Row(2, ("门店", "名称（必填）", "备注", "编号")), Row(3, ("南山店", "举升1"))]
    found = plan(LIST, 0, "表", rows, {})
    assert found.header_row == 2
    assert [(each.header, each.field) for each in found.columns] == [
        ("门店", "store_id"), ("名称（必填）", "name"), ("备注", None), ("编号", "id"),
    ]  # fmt: skip
    assert [each.example for each in found.columns][:2] == ["南山店", "举升1"]
    assert plan(LIST, 0, "表", [Row(1, ("电话", "地址"))], {}).entity is None
    assert list(words(LIST)) == ["id", "store_id", "name", "kind"]
