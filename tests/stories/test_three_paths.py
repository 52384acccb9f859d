"""Three owners asleep, three paths: 张伟 wakes by the mass send of 王芳, 刘燕 by the notice that a service is due, 陈杰
by a call after an SMS they did not answer. 周强 agreed to nothing and is never contacted.

They are on file with their cars and visits of months ago; everything from the morning on which 林晓 starts the loop of
the store goes through the product's processes and the platforms.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest

from crm_core.customers.models import Customer
from crm_core.dealerships.models import Store
from crm_core.vehicles.models import Ownership, ServiceVisit, Vehicle, VehicleModel
from foundation import clock, database
from tests import factories as make
from tests.stories.people import OwnersPhone, StaffMember
from tests.stories.stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CONSENT_TEXT: Final = "2026-01"
THURSDAY: Final = 4
WAITED_DAYS: Final = 11
"""One more than the days after which whoever did not react is tried by the next path."""


@dataclass
class Owner:
    """An owner on file, asleep for months."""

    customer_id: int
    vehicle_id: int
    vin_last6: str


@dataclass
class Story:
    """The people of the story."""

    stage: Stage
    store: Store
    lin: StaffMember
    zhao: StaffMember
    wang: StaffMember
    zhou: StaffMember


async def test_three_paths(stage: Stage) -> None:
    lin, zhao, wang, zhou = [await stage.staff(userid) for userid in ("linxiao", "zhaojianguo", "wangfang", "zhoumin")]
    store = await Store.get(short_name="深圳南山店")
    story = Story(stage, store, lin, zhao, wang, zhou)
    zhang, liu, chen = [await stage.owner(person) for person in ("zhangwei", "liuyan", "chenjie")]
    by_mass = await asleep(story, "张伟", "13812345678", visits=2)
    by_notice = await asleep(story, "刘燕", "13912340012", visits=1, days_ago=500)
    by_call = await asleep(story, "陈杰", "13712345566", visits=5)
    never = await asleep(story, "周强", "13600001111", visits=5)

    await zhang.scan("展厅海报")
    await signs_in(zhang, by_mass, "MARKETING_WECOM")
    await signs_in(liu, by_notice)
    await liu.accept_notices("S-SERVICE-DUE")
    await signs_in(chen, by_call, "MARKETING_SMS", "MARKETING_CALL")

    await the_loop_begins(story)
    assert await path_of(by_mass.customer_id) == ["MASS OPEN"]
    assert await path_of(by_notice.customer_id) == ["NOTICE OPEN"]
    assert await path_of(by_call.customer_id) == ["SMS OPEN"]

    await stage.wait_until(clock.at(next_thursday(), 10, 1))
    for _ in range(3):
        await stage.pass_time(minutes=1)
    await zhang_wakes_by_the_mass_send(story, zhang, by_mass)
    await liu_wakes_by_the_notice(story, liu, by_notice)
    await chen_gets_an_sms_and_then_a_call(story, chen, by_call)
    await the_fourth_heard_nothing(story, never)
    await the_page_says_what_came_of_it(story)


async def asleep(story: Story, name: str, phone: str, *, visits: int, days_ago: int = 245) -> Owner:
    """On file with a car, there last months ago; whoever came five times spent well."""
    today = clock.today()
    last = today - timedelta(days=days_ago)
    owner = await Customer.filter(name=name, phone=phone).first()
    if owner is None:
        owner = await make.make_customer(story.store, name=name, phone=phone)
    await Customer.filter(id=owner.id).update(
        last_visit_on=last,
        next_service_due_on=today - timedelta(days=120),
        visit_count=visits,
        home_store_id=story.store.id,
    )
    car = await database.fetch_value(
        "SELECT vehicle_id FROM ownership WHERE customer_id = $1 AND until_on IS NULL ORDER BY id LIMIT 1", owner.id
    )
    number = f"{owner.id % 1_000_000:06}"
    if car is None:
        model = await VehicleModel.filter(series="云帆X6").first()
        assert model is not None
        made = await make.make_vehicle(
            owner,
            vin=f"LYFTHREEP{owner.id:08}",
            plate="",
            is_bound=False,
            home_store_id=story.store.id,
            model_id=model.id,
        )
        car = made.id
    else:
        number = (await Vehicle.get(id=car)).vin[-6:]
    await Ownership.filter(vehicle_id=car, until_on=None).update(filed_phone=phone)
    await Vehicle.filter(id=car).update(delivered_on=today - timedelta(days=1200))
    for visit in range(visits):
        await ServiceVisit.create(
            vehicle_id=car,
            customer_id=owner.id,
            store_id=story.store.id,
            visited_on=last - timedelta(days=90 * visit),
            km=60_000 - 10_000 * visit,
            summary="小保养",
            is_real_work=True,
            is_maintenance=True,
            paid_fen=2_600_00 if visits == 5 else 600_00,
        )
    return Owner(owner.id, car, number)


async def signs_in(phone: OwnersPhone, owner: Owner, *purposes: str) -> None:
    """The mini program, the number confirmed by WeChat, the car by its VIN; then exactly these consents."""
    await phone.sign_in()
    await phone.share_phone()
    bound = await phone.post("vehicles", {"vin_last6": owner.vin_last6})
    assert bound["state"] == "BOUND"
    owner.customer_id = (await phone.get("me"))["customer_id"]
    for purpose in purposes:
        await phone.post("consents", {"purpose": purpose, "text_version": CONSENT_TEXT})
    await phone.stage.quiet()


async def the_loop_begins(story: Story) -> None:
    """林晓 writes what is sent on the two ways of broadcasts, 赵建国 approves it once; then the loop starts.

    The draw of the control group depends on the numbers of people and broadcasts; in this order 张伟 is not in it.
    """
    for path, channel, name in (("SMS", "SMS_MASS", "唤醒短信"), ("MASS", "WECOM_MASS", "唤醒群发")):
        turn = {"match": "all", "items": [{"field": "waking_turn", "values": [path]}]}
        segment = await story.lin.post("segments", {"name": f"轮到{name}", "definition": turn})
        drafted = await story.lin.post(
            "broadcasts",
            {
                "name": name,
                "segment_id": segment["id"],
                "season_line": "天冷了，电瓶值得看一看。",
                "coupon_template_id": None,
                "channel": channel,
                "budget_fen": 1_000_00,
            },
        )
        plan = await story.lin.post(
            "standing-plans",
            {"name": name, "pattern_id": drafted["id"], "rhythm": "DAILY", "at": "10:00", "budget_fen": 1_000_00},
        )
        await story.lin.post(f"standing-plans/{plan['id']}/submission", {"version": plan["version"]})
        await story.stage.quiet()
        about = f"standing_plan:{plan['id']}"
        (asked,) = [one for one in (await story.zhao.get("approvals"))["items"] if one["about"] == about]
        await story.zhao.post(f"approvals/{asked['id']}/decision", {"agree": True, "version": asked["version"]})
    begun = await story.lin.put(f"stores/{story.store.id}/waking-loop", {"is_running": True})
    assert [one["is_running"] for one in begun["stores"] if one["store_id"] == story.store.id] == [True]
    assert {one["path"]: one["sender"] for one in begun["paths"] if one["needs_sender"]} == {
        "MASS": "唤醒群发",
        "SMS": "唤醒短信",
    }
    await story.stage.wait_until(clock.at(clock.today() + timedelta(days=1), 3))


def next_thursday() -> date:
    """The day that suits whoever has no habit."""
    today = clock.today()
    return today + timedelta(days=(THURSDAY - today.isoweekday()) % 7)


async def zhang_wakes_by_the_mass_send(story: Story, zhang: OwnersPhone, owner: Owner) -> None:
    """王芳 confirms; 张伟 opens the card and books."""
    (task,) = await story.wang.mass_tasks()
    await story.stage.hand("POST", "mass-tasks/confirm", {"msgid": task["msgid"], "userid": "wangfang"})
    await story.stage.pass_time(minutes=11)
    (text, *_) = [row for row in await zhang.chat("wangfang") if row["origin"] == "mass"]
    assert "天冷了，电瓶值得看一看。" in str(text["content"])
    await books(story, zhang, owner)
    await story.stage.pass_time(minutes=11)
    assert await path_of(owner.customer_id) == ["MASS WOKE"]


async def liu_wakes_by_the_notice(story: Story, liu: OwnersPhone, owner: Owner) -> None:
    """One notice about the car, without an offer; 刘燕 books."""
    (notice,) = await liu.notices("保养到期提醒")
    assert not any(word in notice for word in ("券", "优惠", "折", "元"))
    await books(story, liu, owner)
    await story.stage.pass_time(minutes=11)
    assert await path_of(owner.customer_id) == ["NOTICE WOKE"]


async def chen_gets_an_sms_and_then_a_call(story: Story, chen: OwnersPhone, owner: Owner) -> None:
    """No answer to the SMS in ten days; 陈杰 is worth a person's time, so customer care calls and books for them."""
    assert "天冷了" in str(await chen.hand("GET", "sms"))
    assert not await lapsed_tasks(owner.customer_id)
    await story.stage.wait_until(clock.at(clock.today() + timedelta(days=WAITED_DAYS), 9, 35))
    assert await path_of(owner.customer_id) == ["SMS SILENT", "CALL OPEN"]
    sheet = await story.zhou.get(f"task-sheets/{owner.customer_id}")
    (task,) = [one for one in sheet["tasks"] if one["kind"] == "LAPSED"]
    assert "值" in task["reason"]
    assert "唤醒轮到电话" in task["reason"]
    seen = [{"id": task["id"], "version": task["version"]}]
    talked = {
        "channel": "PHONE",
        "outcome": "TALKED",
        "note": "想来",
        "next_on": str(clock.today() + timedelta(days=2)),
    }
    await story.zhou.post("tasks/contact", {"tasks": seen, **talked})
    await story.stage.pass_time(minutes=11)
    slot, item = await a_free_slot(story, chen, owner)
    wanted = {"vehicle_id": owner.vehicle_id, "store_id": story.store.id, "item_ids": [item["item_id"]]}
    await story.zhou.post("appointments", wanted | {"customer_id": owner.customer_id, "starts_at": slot["starts_at"]})
    await story.stage.pass_time(minutes=11)
    assert await path_of(owner.customer_id) == ["SMS SILENT", "CALL WOKE"]


async def the_fourth_heard_nothing(story: Story, owner: Owner) -> None:
    """No try, no message, no task, no call."""
    assert await path_of(owner.customer_id) == []
    assert not await lapsed_tasks(owner.customer_id)
    for table in ("message", "broadcast_recipient"):
        sent = f"SELECT count(*) FROM {table} WHERE customer_id = $1 AND sent_at IS NOT NULL"
        assert await database.fetch_value(sent, owner.customer_id) == 0


async def the_page_says_what_came_of_it(story: Story) -> None:
    """Each path with who woke by it."""
    paths = {one["path"]: one for one in (await story.lin.get("waking-loop"))["paths"]}
    assert {path: paths[path]["woke"] for path in ("MASS", "NOTICE", "SMS", "CALL")} == {
        "MASS": 1,
        "NOTICE": 1,
        "SMS": 0,
        "CALL": 1,
    }
    assert paths["SMS"]["silent"] >= 1
    tries = (await story.lin.get("waking-loop/tries", state="WOKE"))["items"]
    assert {row["path"]: row["reaction_word"] for row in tries} == {"MASS": "约了", "NOTICE": "约了", "CALL": "约了"}


async def path_of(customer_id: int) -> list[str]:
    """The tries of an owner, the first first."""
    tries = "SELECT path, state FROM waking_attempt WHERE customer_id = $1 ORDER BY id"
    rows = await database.fetch(tries, customer_id)
    return [f"{row['path']} {row['state']}" for row in rows]


async def lapsed_tasks(customer_id: int) -> list[Any]:
    """The recall tasks that call them back."""
    return await database.fetch("SELECT id FROM task WHERE customer_id = $1 AND kind = 'LAPSED'", customer_id)


async def a_free_slot(story: Story, phone: OwnersPhone, owner: Owner) -> tuple[dict[str, Any], dict[str, Any]]:
    """A free slot of the days after tomorrow for the small service, and the service."""
    items = await phone.get(f"service-items/{owner.vehicle_id}/{story.store.id}")
    item = next(one for one in items if one["name"] == "小保养")
    await clock.refresh()
    tomorrow = clock.today() + timedelta(days=1)
    slots = await phone.get(
        "slots",
        vehicle_id=owner.vehicle_id,
        store_id=story.store.id,
        item_ids=str(item["item_id"]),
        from_day=tomorrow.isoformat(),
        days=1,
    )
    ten = clock.at(tomorrow, 10)
    return next(s for s in slots if s["is_free"] and datetime.fromisoformat(s["starts_at"]) >= ten), item


async def books(story: Story, phone: OwnersPhone, owner: Owner) -> None:
    """Book the small service in the mini program."""
    slot, item = await a_free_slot(story, phone, owner)
    wanted = {"vehicle_id": owner.vehicle_id, "store_id": story.store.id, "item_ids": [item["item_id"]]}
    await phone.post("appointments", wanted | {"starts_at": slot["starts_at"]})
    await story.stage.quiet()
