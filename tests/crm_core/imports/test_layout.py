"""Where a header stands, what its columns hold, what each row is."""

import pytest

from crm_core.imports import headers
from crm_core.imports.entities import Entity
from crm_core.imports.layout import Layout, Tally, find, tally
from foundation.spreadsheets.reading import Row

CAR = ("粤B10001", "LYFBB6CE6R1000101")


def laid(*rows: tuple[object, ...], first: int = 1) -> tuple[Layout, Tally, list[int]]:
    """The layout of these rows, their tally, and the numbers of those that are data."""
    numbered = [Row(number, row) for number, row in enumerate(rows, first) if row]  # type: ignore[arg-type]
    layout = find(numbered)
    assert layout is not None
    counts = Tally()
    return layout, counts, [row.number for row in numbered if tally(row, layout, counts)]


def test_the_header_is_the_row_with_most_known_names_and_the_row_above_names_groups():
    layout, counts, data = laid(
        ("样例店台账（截止2026.10.31）",) * 3,
        (),
        ("客户信息", "客户信息", "车辆信息", "备 注"),
        ("*姓 名", "联系电话", "车 架 号(VIN)", "备 注"),
        ("赵样甲", "19900000301", CAR[1]),
        (),
        ("钱样乙", "19900000302", CAR[1]),
        ("合 计", None, None, 2),
        ("制表：样例",),
        ("说明：数据截至上月底",) * 3,
    )
    assert layout.entity is Entity.CUSTOMERS_CARS
    assert layout.header_row == 4
    assert [(column.field, column.group) for column in layout.columns] == [
        ("name", "客户信息"), ("phone", "客户信息"), ("vin", "车辆信息"), ("note", ""),
    ]  # fmt: skip
    assert data == [5, 7]
    assert counts == Tally(head=4, blank=1, total=1, note=2, data=2, last=10), "a merged note is one note"
    assert counts.sheet == 10


@pytest.mark.parametrize(
    ("names", "entity"),
    [
        (["姓名", "手机号"], Entity.CUSTOMERS),
        (["姓名", "手机号", "车架号", "车型"], Entity.CUSTOMERS_CARS),
        (["工单号", "车牌号", "进厂日期", "实收金额"], Entity.ORDERS),
        (["工单号", "项目名称", "金额"], Entity.ORDER_LINES),
        (["预约日期", "预约时间", "车牌号", "联系电话"], Entity.APPOINTMENTS),
        (["券号", "券名称", "手机号", "有效期至"], Entity.COUPONS),
        (["手机号", "授权项目", "是否同意", "授权时间", "授权方式", "证据"], Entity.CONSENTS),
        (["姓名", "企业微信账号", "所属门店", "岗位"], Entity.STAFF),
        (["项目编码", "项目名称", "标准工时"], Entity.ITEMS_PRICES),
        (["零件号", "零件名称", "仓库", "库存数量"], Entity.PARTS_STOCK),
    ],
)
def test_what_a_sheet_is_about_follows_from_its_columns(names, entity):
    layout = find([Row(1, tuple(names))])
    assert layout is not None
    assert layout.entity is entity
    assert all(column.field for column in layout.columns)


def test_identity_papers_are_never_mapped_and_money_owed_is_no_coupon():
    layout = find([Row(1, ("姓名", "手机号", "身份证号"))])
    assert layout is not None
    assert [column.is_sensitive for column in layout.columns] == [False, False, True]
    cards = find([Row(1, ("卡号", "卡品种名称", "手机号", "有效期至", "卡内余额"))])
    assert cards is not None
    assert cards.columns[-1].is_refused


def test_a_customer_may_be_called_like_a_total():
    _, counts, data = laid(("姓名", "手机号"), ("小计样", "19900000301"), ("合计", 9))
    assert data == [2]
    assert counts.total == 1


def test_a_sheet_without_columns_we_know_has_no_layout():
    assert find([Row(1, ("请按列填写，电话填11位手机号",))]) is None


@pytest.mark.parametrize("header", ["车架号（VIN）", "*车架号 (VIN)", "ＶＩＮ码", "vin"])
def test_a_name_is_the_same_in_every_writing(header):
    assert headers.field_of(Entity.CARS, header) == "vin"


def test_a_longer_name_is_known_by_the_longest_known_name_in_it():
    assert headers.field_of(Entity.CUSTOMERS_CARS, "本年度商业险到期时间") == "insurance_ends_on"
    assert headers.field_of(Entity.CUSTOMERS, "完全陌生") is None
