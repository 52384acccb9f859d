"""A real group moves in: from an empty database to a booking, a repair order, a payment and a broadcast.

Only doors that are open to people: `wedealer init` in a shell, the address it prints, the console's API, the owners'
API, WeCom and WeChat as the simulator plays them. Nothing of the demo's seed is there.
"""

import asyncio
import io
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any, Final

import openpyxl
import pytest

from foundation import clock
from tests.stories.people import OwnersPhone, StaffMember, signature
from tests.stories.stage import Stage
from tests.stories.test_scan_to_won_back import CHECKED, CORNERS, seen, settled_card

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ADMIN: Final = "gaojianjun"
COLLEAGUES: Final = {
    "zhaojianguo": ("赵建国", "总经理", "GM"),
    "limin": ("李敏", "服务顾问", "SA"),
    "zhoutao": ("周涛", "车间主管", "WC"),
    "chenzhiqiang": ("陈志强", "机修技师", "TEC"),
    "liuyang": ("刘洋", "质检员", "QC"),
    "wuting": ("吴婷", "收银员", "CSH"),
    "wangfang": ("王芳", "销售顾问", "SC"),
    "linxiao": ("林晓", "市场专员", "MKT"),
}
"""By userid: name, position in the address book, and the role it means."""
OWNERS: Final = (
    ("张伟", "13812345678", "LYFAA4DE1T1000001"),
    ("赵样甲", "13900000001", "LYFAA4DEXT1000014"),
    ("钱样乙", "13900000002", "LYFBB6CE3T2000123"),
)
LONG_AGO: Final = "2025-03-10"


async def test_moves_in(bare_stage: Stage) -> None:
    stage = bare_stage
    admin = await the_first_administrator_signs_in(stage)
    store_id, item_id = await the_dealership_is_set_up(admin)
    people = await colleagues_come_from_the_address_book(stage, admin, store_id)
    await old_customers_are_brought(stage, admin, store_id)
    zhang = await an_owner_books(stage, people, store_id, item_id)
    await the_car_is_repaired_and_paid(stage, people, zhang, store_id)
    await a_first_broadcast_goes_out(stage, people, store_id)
    left = {step["key"]: step["left"] for step in await admin.get("moving-in")}
    assert [key for key, missing in left.items() if missing] == [], "nothing is left to do"
    assert not (await admin.get("me"))["is_fresh"]


async def the_first_administrator_signs_in(stage: Stage) -> StaffMember:
    """By the printed address: WeCom's members are not known yet, and 开始使用 says what is missing."""
    corp_id = stage.product["WEDEALER_WECOM__CORP_ID"]
    arguments = ("--group", "云帆汽车集团", "--corp-id", corp_id, "--admin", ADMIN, "--name", "高建军")
    said = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "app.cli", "init", *arguments],
        env={**os.environ, **stage.product}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    address = re.search(r"/console/sign-in#address=(\S+)", said.stdout)
    assert address is not None, said.stderr
    admin = await stage.staff(ADMIN)
    await admin.enter(address[1])
    assert (await admin.get("me"))["is_fresh"]
    left = {step["key"]: step["left"] for step in await admin.get("moving-in")}
    assert left["connect"] == []
    assert left["stores"] == ["还没有门店"]
    tested = {each["name"]: each["is_good"] for each in await admin.post("connections/test")}
    assert tested["企业微信 应用凭证"]
    assert tested["微信支付 密钥"]
    return admin


async def the_dealership_is_set_up(admin: StaffMember) -> tuple[int, int]:
    """Region, store, hours, bays, a model, an item and its price: each list by the same door."""

    async def add(key: str, **values: Any) -> int:
        return int((await admin.post(f"settings/lists/{key}/rows", {"values": values}))["id"])

    region = await add("regions", name="华南区")
    store_id = await add(
        "stores", code="S01", name="云帆深圳南山店", short_name="深圳南山店", region_id=region, city="深圳",
        address="汽车大道 18 号", phone="0755-12345678", opens_minute=510, last_slot_minute=1050, closes_minute=1080,
        labour_rate_fen=240_00, body_rate_fen=280_00, ev_rate_fen=320_00,
    )  # fmt: skip
    for number in (1, 2):
        await add("bays", store_id=store_id, name=f"机修{number}", kind="GENERAL")
    await add(
        "models", code="X6-20T", series="云帆X6", trim="2.0T 豪华", powertrain="PETROL", guide_price_fen=179_800_00,
        first_interval_km=5_000, first_interval_months=6, interval_km=10_000, interval_months=12,
    )  # fmt: skip
    item_id = await add(
        "service-items", code="BY01", name="小保养", minutes=60, bay_kind="GENERAL", work_kind="SMALL",
        fault_kind="ORDINARY",
        is_bookable=True, is_maintenance=True, is_real_work=True,
    )  # fmt: skip
    await add("item-prices", item_id=item_id, labour_centihours=100, parts_fen=428_00)
    await the_holidays_are_entered(admin)
    return store_id, item_id


async def the_holidays_are_entered(admin: StaffMember) -> None:
    """Of this year and the next one, as far as their notices are not there already."""
    notices = {row["values"]["year"]: row for row in (await admin.get("settings/lists/holiday-notices/rows"))["items"]}
    for year in (clock.today().year, clock.today().year + 1):
        values = {"source": f"国务院办公厅关于{year}年部分节假日安排的通知", "published_on": f"{year - 1}-11-04"}
        known = notices.get(year)
        if known is None:
            made = await admin.post("settings/lists/holiday-notices/rows", {"values": {"year": year, **values}})
            notice_id = made["id"]
        elif known["values"]["published_on"] is None:
            notice_id = known["id"]
            change = {"values": values, "version": known["version"]}
            await admin.put(f"settings/lists/holiday-notices/rows/{notice_id}", change)
        else:
            continue
        new_year = {"kind": "OFF", "name": "元旦", "first_on": f"{year}-01-01", "last_on": f"{year}-01-03"}
        await admin.post("settings/lists/holidays/rows", {"values": {"notice_id": notice_id, **new_year}})


async def colleagues_come_from_the_address_book(
    stage: Stage, admin: StaffMember, store_id: int
) -> dict[str, StaffMember]:
    """WeCom's book is read, the department is the store, each position a role; a person accepts every one of them."""
    members = [
        {"userid": userid, "name": name, "position": position, "department": [2]}
        for userid, (name, position, _) in COLLEAGUES.items()
    ]
    members.append({"userid": ADMIN, "name": "高建军", "position": "系统管理员", "department": [1]})
    await stage.hand(
        "POST", "import", {"departments": [{"id": 2, "name": "深圳南山店", "parentid": 1}], "staff": members}
    )
    await admin.post("address-book/readings")
    await stage.quiet()
    await admin.put("address-book/rules", {"kind": "DEPARTMENT", "key": "2", "store_id": store_id})
    book = await admin.get("address-book")
    for proposal in [one for one in book["proposals"] if one["userid"] in COLLEAGUES]:
        assert (proposal["kind"], proposal["store_id"]) == ("NEW", store_id)
        assert proposal["role"] == COLLEAGUES[proposal["userid"]][2]
        await admin.post(
            "address-book/acceptances",
            {name: proposal[name] for name in ("userid", "fingerprint", "store_id", "role")},
        )
    skilled = (await admin.get("settings/lists/skills/rows", q="陈志强"))["items"]
    change = {"values": {"skills": ["GENERAL"]}, "version": skilled[0]["version"]}
    await admin.put(f"settings/lists/skills/rows/{skilled[0]['id']}", change)
    people = {userid: await stage.staff(userid) for userid in COLLEAGUES}
    for person in people.values():
        await person.sign_in()
    left = {step["key"]: step["left"] for step in await admin.get("moving-in")}
    assert [left[key] for key in ("directory", "stores", "people", "prices")] == [[], [], [], []]
    return people


async def old_customers_are_brought(stage: Stage, admin: StaffMember, store_id: int) -> None:
    """The other program's spreadsheet: customers with their cars, what was done, and who agreed to hear from us."""
    cars = [["客户编号", "姓名", "手机号", "车架号", "车牌号", "车型", "购车日期"]]
    orders = [["工单号", "车架号", "进厂日期", "结算日期", "进厂里程", "维修类别", "工时费", "实收金额"]]
    consents = [["手机号", "授权项目", "是否同意", "授权时间", "授权方式", "证据"]]
    for number, (name, phone, vin) in enumerate(OWNERS, start=1):
        cars.append([f"A{number}", name, phone, vin, f"粤B1000{number}", "云帆X6 2.0T 豪华", "2024-01-10"])
        orders.append([f"GD{number}", vin, LONG_AGO, LONG_AGO, "11420", "保养", "240", "668"])
        consents.append([phone, "企业微信营销", "是", "2025-03-10", "纸质签字", f"档案 {number}"])
    content = io.BytesIO()
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in (("客户车辆", cars), ("工单", orders), ("授权", consents)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(content)
    job = (await admin.post(f"imports?store_id={store_id}&file_name=customers.xlsx", content=content.getvalue()))["job"]
    await stage.quiet()
    job = (await admin.get(f"imports/{job['id']}"))["job"]
    await admin.post(f"imports/{job['id']}/run", {"version": job["version"]})
    await stage.quiet()
    job = (await admin.get(f"imports/{job['id']}"))["job"]
    told = [await admin.get(f"imports/{job['id']}/remarks", sheet=sheet) for sheet in range(3)]
    assert job["state"] == "DONE", told
    assert [count["new"] for _, count in sorted(job["counts"].items())] == [3, 3, 3], (job["counts"], told)


async def an_owner_books(stage: Stage, people: dict[str, StaffMember], store_id: int, item_id: int) -> OwnersPhone:
    """张伟 signs in with their phone, finds their car, books; 李敏 confirms from the card."""
    phones = [
        {"person_id": f"p{number}", "nickname": name, "phone": phone} for number, (name, phone, _) in enumerate(OWNERS)
    ]
    await stage.hand("POST", "import", {"people": phones, "templates": stage.subscribe_templates()})
    zhang = await stage.owner("p0")
    await zhang.sign_in()
    assert await zhang.share_phone() == OWNERS[0][1]
    bound = await zhang.post("vehicles", {"vin_last6": OWNERS[0][2][-6:]})
    assert bound["state"] == "BOUND"
    wanted = {"vehicle_id": bound["vehicle"]["id"], "store_id": store_id, "item_ids": [item_id]}
    await clock.refresh()
    tomorrow = clock.today() + timedelta(days=1)
    asked = {"vehicle_id": wanted["vehicle_id"], "store_id": store_id, "item_ids": str(item_id)}
    slots = await zhang.get("slots", **asked, from_day=tomorrow.isoformat(), days=1)
    slot = next(each for each in slots if each["is_free"])
    await zhang.accept_notices("S-APPT-RESULT", "S-PROGRESS")
    booked = await zhang.post("appointments", wanted | {"starts_at": slot["starts_at"], "waits_on_site": True})
    card = await settled_card(people["limin"], "新预约待确认", "confirm")
    assert card["replaced"]["template_card"]["replace_text"] == "已确认"
    assert (await zhang.get(f"appointments/{booked['id']}"))["state"] == "CONFIRMED"
    await stage.wait_until(datetime.fromisoformat(slot["starts_at"]) - timedelta(minutes=5))
    return zhang


async def the_car_is_repaired_and_paid(
    stage: Stage, people: dict[str, StaffMember], zhang: OwnersPhone, store_id: int
) -> None:
    """Received, authorised, dispatched, done, inspected, billed at the price that was set up, and paid by WeChat."""
    li, zhou, chen, liu = (people[userid] for userid in ("limin", "zhoutao", "chenzhiqiang", "liuyang"))
    (mine,) = await zhang.get("appointments")
    booked = await li.get(f"appointments/{mine['id']}")
    await li.post(f"appointments/{booked['id']}/arrival", {"version": booked["version"]})
    opened = await li.post("repair-orders", {"appointment_id": booked["id"], "mileage_km": 21_180})
    order = f"repair-orders/{opened['id']}"
    photos = [{"position": corner, "key": (await li.photograph())["key"]} for corner in CORNERS]
    walk_around = {"energy_percent": 60, "valuables_reminded": True, "covers_on": True, "photos": photos}
    await li.post(f"{order}/inspection", walk_around | {"version": opened["version"]})
    report = await zhang.get(f"{order}/inspection")
    signed = {"signature": signature(), "inspected_at": report["inspected_at"]}
    await zhang.post(f"{order}/inspection/signature", signed)
    lines = [{"item_id": one["item_id"]} for one in opened["planned_items"]]
    promised_at = clock.now() + timedelta(hours=2)
    await li.post(f"{order}/estimate", {"lines": lines, "promised_finish_at": f"{promised_at}"} | await seen(li, order))
    await li.post(f"{order}/estimate/sending", await seen(li, order))
    estimate = await zhang.get(f"{order}/estimate")
    assert estimate["total_fen"] == 668_00, "an hour at the store's rate, and the parts"
    await zhang.post(f"{order}/estimate/authorisation", {"version": estimate["version"], "keeps_old_parts": True})

    board = await zhou.get("workshop/bays", store_id=store_id)
    (waiting,) = board["waiting"]
    (choice,) = [one for one in waiting["choices"] if one["technician"] == "陈志强"]
    given = {"line_ids": [waiting["line_id"]], "technician_id": choice["technician_id"], "bay_id": choice["bay_id"]}
    await zhou.post(f"{order}/dispatch", given | {"version": waiting["order_version"]})
    await chen.post(f"lines/{waiting['line_id']}/start", {"photos": [await chen.photograph("施工前")]})
    done = {"photos": [await chen.photograph()], "is_self_checked": True}
    await chen.post(f"lines/{waiting['line_id']}/finish", done)
    await zhou.post(f"{order}/team-check", await seen(zhou, order))
    await liu.post(
        f"{order}/quality-check/pass", {"was_road_tested": True, "checklist": CHECKED} | await seen(liu, order)
    )
    await li.post(f"{order}/ready", await seen(li, order))

    made = await li.post(f"{order}/bill")
    await li.post(f"bills/{made['id']}/sending", {"version": made["version"]})
    bill = await zhang.get(f"{order}/bill")
    assert bill["due_fen"] == 668_00
    await zhang.post(f"bills/{bill['id']}/confirmation", {"version": bill["version"]})
    agreed = {"version": (await zhang.get(f"bills/{bill['id']}"))["version"]}
    prepaid = await zhang.put(f"bills/{bill['id']}/payment", agreed)
    sheet = await zhang.pay(prepaid["parameters"])
    assert sheet["amount_fen"] == 668_00
    await stage.quiet()
    assert (await zhang.get(f"bills/{bill['id']}/payment"))["bill_state"] == "PAID"
    given_back = {"is_key_given": True, "are_old_parts_settled": True, "is_settlement_sheet_given": True}
    given_back["are_valuables_given"] = True
    await li.post(f"{order}/hand-over", given_back)
    await zhang.post(f"{order}/hand-over/confirmation")


async def a_first_broadcast_goes_out(stage: Stage, people: dict[str, StaffMember], store_id: int) -> None:
    """The other two have not been here for long: 林晓 writes to them, 赵建国 agrees, 王芳 sends it from WeCom."""
    lin, zhao, wang = people["linxiao"], people["zhaojianguo"], people["wangfang"]
    for number in range(1, len(OWNERS)):
        owner = await stage.owner(f"p{number}")
        await owner.hand("POST", "add", {"userid": "wangfang"})
        await owner.sign_in()
        await owner.share_phone()
        await owner.post("vehicles", {"vin_last6": OWNERS[number][2][-6:]})
    await stage.quiet()
    terms = {"name": "老友回店100元", "kind": "CASH", "quota": 50, "valid_days": 60, "value_fen": 100_00}
    drafted = await lin.post("coupon-templates", terms | {"store_ids": [store_id]})
    await lin.post(f"coupon-templates/{drafted['id']}/submission", {"version": drafted["version"]})
    await agreed_by(zhao, stage, f"coupon_template:{drafted['id']}")
    coupon = await lin.get(f"coupon-templates/{drafted['id']}")
    if coupon["state"] != "ACTIVE":
        step = {"action": "activate", "version": coupon["version"]}
        await lin.post(f"coupon-templates/{drafted['id']}/steps", step)
    lapsed = {"match": "all", "items": [{"field": "dormancy", "values": ["DORMANT", "LAPSED", "DEEP"]}]}
    segment = await lin.post("segments", {"name": "很久没来", "definition": lapsed})
    starts_at = clock.at(clock.today() + timedelta(days=1), 10)
    plan = {
        "name": "老友回店", "segment_id": segment["id"], "season_line": "好久不见，",
        "coupon_template_id": coupon["id"], "budget_fen": 10_000_00, "starts_at": starts_at.isoformat(),
    }  # fmt: skip
    broadcast = await lin.post("broadcasts", plan)
    await lin.post(f"broadcasts/{broadcast['id']}/submission", {"version": broadcast["version"]})
    await agreed_by(zhao, stage, f"broadcast:{broadcast['id']}")
    await stage.wait_until(starts_at + timedelta(seconds=30))
    (task,) = await wang.mass_tasks()
    sent = await stage.hand("POST", "mass-tasks/confirm", {"msgid": task["msgid"], "userid": "wangfang"})
    assert sent["sent"] >= 1
    await stage.pass_time(minutes=6)
    progress = await lin.get(f"broadcasts/{broadcast['id']}/progress")
    assert progress["counts"]["sent"] == sent["sent"]


async def agreed_by(approver: StaffMember, stage: Stage, about: str) -> None:
    """Let another person approve the waiting request."""
    await stage.quiet()
    (asked,) = [one for one in (await approver.get("approvals"))["items"] if one["about"] == about]
    await approver.post(f"approvals/{asked['id']}/decision", {"agree": True, "version": asked["version"]})
    await stage.quiet()
