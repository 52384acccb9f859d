"""A dealer's own lists and promises, each as a small sheet: staff, prices, stock, coupons, consents, bookings."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_core.appointments.models import Appointment, Place
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.customers.models import Consent, Customer
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole, Store
from crm_core.imports.models import ImportJob, ImportRemark
from crm_core.parts.models import Stock
from crm_core.pricing.models import ItemPrice, ServiceItem
from foundation import clock
from tests.checkout import make_template
from tests.crm_core.imports.books import OWNERS, Sheets, book, brought, codes, summed, taken, undone
from tests.factories import make_service_item, make_staff, make_store, make_vehicle_model


@pytest.fixture
async def store(database: None) -> Store:
    await make_vehicle_model(series="云帆S5", trim="1.5T 豪华")
    return await make_store(short_name="深圳南山店")


@pytest.fixture
async def manager(store: Store) -> Actor:
    return await staff_actor((await make_staff(Role.GM, store, name="赵建国")).id)


async def _take(manager: Actor, store: Store, folder: Path, sheets: Sheets) -> ImportJob:
    return await taken(manager, await brought(manager, store.id, book(folder, sheets)))


async def test_a_spreadsheet_gives_nobody_a_right(manager: Actor, store: Store, tmp_path: Path):
    rows: list[list[Any]] = [
        ["姓名", "企业微信账号", "所属门店", "岗位", "在职状态"],
        ["冯样壬", "FengYangren", "深圳南山店", "服务顾问", "在职"],
        ["沈样卯", "shenyangmao", store.code, "销售顾问", "离职"],
        ["褚样子", "chuyangzi", store.code, "保洁", "在职"],
        ["卫样丑", "weiyangchou", "S99", "销售顾问", "在职"],
    ]
    job = await _take(manager, store, tmp_path, {"员工": rows})
    assert summed(job) == (2, 0, 0, 2)
    assert (await codes(job))[4] == ["ROLE_UNKNOWN"]
    assert (await codes(job))[5] == ["STORE_UNKNOWN"]
    feng, shen = await Staff.get(userid="fengyangren"), await Staff.get(userid="shenyangmao")
    assert (feng.is_active, shen.is_active) == (True, False)
    assert not await StaffRole.filter(staff_id=feng.id).exists()
    assert (await ImportRemark.get(import_job_id=job.id, row=2)).proposals == {"role": "SA"}


async def test_two_prices_for_one_thing_are_a_conflict(manager: Actor, store: Store, tmp_path: Path):
    rows: list[list[Any]] = [
        ["项目编码", "项目名称", "适用车系", "标准工时", "配件价"],
        ["XM01", "小保养", "云帆S5", "0.8h", "¥328"],
        ["XM01", "小保养", "云帆X6", 1, 428],
        ["XM01", "小保养", "云帆X6", 1.3, 428],
        ["XM03", "四轮定位", "", 1, 0.125],
    ]
    job = await _take(manager, store, tmp_path, {"项目价格": rows})
    assert summed(job) == (2, 0, 0, 2)
    assert await codes(job) == {4: ["PRICE_CONFLICT"], 5: ["MONEY_BAD"]}
    item = await ServiceItem.get(code="XM01")
    prices = await ItemPrice.filter(item_id=item.id).order_by("series")
    assert [(price.series, price.labour_centihours, price.parts_fen) for price in prices] == [
        ("云帆S5", 80, 328_00),
        ("云帆X6", 100, 428_00),
    ]


async def test_opening_stock_is_the_sum_of_its_bins(manager: Actor, store: Store, tmp_path: Path):
    rows: list[list[Any]] = [
        ["零件号", "零件名称", "仓库", "货位", "库存数量"],
        ["'00123", "机油滤清器", store.code, "A-01", 12],
        ["'00123", "机油滤清器", store.code, "B-02", 3],
        ["P-900", "机油(升)", store.code, "C-01", 20.5],
        ["P-901", "刹车油", store.code, "C-02", -2],
    ]
    job = await _take(manager, store, tmp_path, {"配件库存": rows})
    assert summed(job) == (1, 1, 0, 2)
    stock = await Stock.get(part__number="00123", store_id=store.id)
    assert stock.on_hand == 15
    assert (await undone(manager, job)).blockers == []
    assert not await Stock.exists(store_id=store.id)


async def test_coupons_outstanding_are_so_many_as_are_left(manager: Actor, store: Store, tmp_path: Path):
    await make_template(name="生日免费洗车")
    rows: list[list[Any]] = [
        ["券号", "券名称", "手机号", "总次数", "已使用次数", "有效期至", "状态"],
        ["K1", "生日免费洗车", "19900000001", 5, 2, "2099-06-30", "使用中"],
        ["K2", "生日免费洗车", "19900000001", 1, 0, "2020-06-30", "已过期"],
        ["K3", "没有这个券", "19900000001", 1, 0, "2099-06-30", "未使用"],
        ["K4", "生日免费洗车", "19900000099", 1, 0, "2099-06-30", "未使用"],
        ["K1", "生日免费洗车", "19900000001", 5, 2, "2099-06-30", "使用中"],
    ]
    job = await _take(manager, store, tmp_path, {"客户": OWNERS, "卡券": rows})
    assert summed(job, 1) == (1, 0, 1, 3)
    assert await Coupon.filter(state=CouponState.AVAILABLE).count() == 3
    assert (await CouponTemplate.get()).issued_count == 0, "what another program promised uses up no stock"


async def test_a_yes_needs_its_proof_and_a_no_is_always_taken(manager: Actor, store: Store, tmp_path: Path):
    rows: list[list[Any]] = [
        ["手机号", "授权项目", "是否同意", "授权时间", "授权方式", "证据"],
        ["19900000001", "短信营销", "是", "2025-05-01", "纸质签字", "扫描件 HT-01"],
        ["19900000001", "电话营销", "是", "2025-05-01", "纸质签字", ""],
        ["19900000001", "企微营销", "是", "2025-05-01", "购车默认", "购车合同"],
        ["19900000002", "企微营销", "否", "2026-02-02", "电话", ""],
    ]
    job = await _take(manager, store, tmp_path, {"客户": OWNERS, "授权": rows})
    assert summed(job, 1) == (2, 0, 0, 2)
    assert await codes(job, 1) == {3: ["EVIDENCE_MISSING"], 4: ["CONSENT_BUNDLED"]}
    consent = await Consent.get()
    assert (consent.purpose, consent.evidence["document"]) == ("MARKETING_SMS", "扫描件 HT-01")
    assert (await Customer.get(name="钱样乙")).marketing_stopped_at is not None


async def test_a_booking_to_come_takes_its_place_and_too_many_are_listed(manager: Actor, store: Store, tmp_path: Path):
    await make_service_item(name="小保养")
    day = clock.today() + timedelta(days=7)
    while day.weekday() > 4:
        day += timedelta(days=1)
    rows: list[list[Any]] = [
        ["预约单号", "车牌号", "预约日期", "预约时间", "预约项目", "预约状态"],
        ["Y1", "粤B10001", day.isoformat(), "10:00", "小保养", "已确认"],
        ["Y2", "粤B10002", day.isoformat(), "下午", "小保养", "已确认"],
        ["Y3", "粤B10002", day.isoformat(), "23:30", "小保养", "已确认"],
        ["Y4", "粤B10002", date(2020, 1, 1).isoformat(), "10:00", "小保养", "已确认"],
        ["Y5", "粤B99999", day.isoformat(), "10:00", "小保养", "已确认"],
    ]
    job = await _take(manager, store, tmp_path, {"客户": OWNERS, "预约": rows})
    assert summed(job, 1) == (2, 0, 0, 3)
    assert await codes(job, 1) == {
        3: ["TIME_BAD"], 4: ["OVER_CAPACITY"], 5: ["APPOINTMENT_PAST"], 6: ["CAR_UNKNOWN"],
    }  # fmt: skip
    assert await Appointment.all().count() == 2
    assert await Place.all().count() == 1
    assert (await undone(manager, job)).blockers == []
    assert await Place.all().count() == 0
