"""From a scanned QR code to a won-back owner: one prospect's six chapters with the dealership, on the whole product.

张伟 bought a car here, but no member has them as a WeChat friend yet. 王芳 sells, 李敏 advises, 周涛 dispatches, 陈志强
repairs, 孙磊 keeps the parts, 刘洋 inspects, 林晓 markets and 赵建国 approves. Told twice: in calm weather, and in a
storm whose seed decides what the platforms repeat, reorder, delay, drop, refuse and leave unanswered. Both end alike.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from crm_core.repair_orders.quality_rules import POINTS
from foundation import clock, database
from tests.stories.people import LivePage, OwnersPhone, StaffMember, signature
from tests.stories.stage import PATIENCE_SECONDS, Stage
from tests.stories.weather import CALM, STORM, Weather

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

POSTER: Final = "展厅海报"
WELCOME_COUPON: Final = "小保养立减100"
WAKE_UP_COUPON: Final = "老友回店200元"
PHONE, PLATE, VIN_LAST6 = "13812345678", "粤BD1245", "000123"
CONSENT_TEXT: Final = "2026-01"
LOST_FOR_GOOD_SECONDS: Final = 60
"""After which a mass message that WeCom does not list is asked for again."""
CHECKED: Final = [{"point": point.name} for point in POINTS]
CORNERS: Final = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT", "DASHBOARD", "INTERIOR")


@dataclass
class Story:
    """The people of the story, and what chapters pass on to the next."""

    stage: Stage
    weather: Weather
    zhang: OwnersPhone
    wang: StaffMember
    li: StaffMember
    zhou: StaffMember
    chen: StaffMember
    sun: StaffMember
    liu: StaffMember
    lin: StaffMember
    zhao: StaffMember
    customer_id: int = field(default=0, init=False)
    ticket: str = field(default="", init=False)
    coupon_id: int = field(default=0, init=False)
    vehicle_id: int = field(default=0, init=False)
    store_id: int = field(default=0, init=False)
    appointment: dict[str, Any] = field(default_factory=dict, init=False)
    order_id: int = field(default=0, init=False)


@pytest.mark.parametrize("weather", [CALM, STORM], ids=lambda weather: weather.name)
async def test_scan_to_won_back(stage: Stage, weather: Weather) -> None:
    cast = ("wangfang", "limin", "zhoutao", "chenzhiqiang", "sunlei", "liuyang", "linxiao", "zhaojianguo")
    story = Story(stage, weather, await stage.owner("zhangwei"), *[await stage.staff(userid) for userid in cast])
    await weather.begin(stage)
    await a_scan_becomes_a_friend(story)
    await weather.turn(stage)
    await the_friend_becomes_an_owner_with_a_car(story)
    await he_books_and_the_advisor_confirms(story)
    await weather.turn(stage)
    await the_car_is_received(story)
    await the_work_is_watched_live(story)
    await he_pays_and_drives_home(story)
    await weather.turn(stage)
    await he_is_lost_and_won_back(story)
    await weather.clear(stage)
    await everything_happened_once(story)


# -- 1 -----------------------------------------------------------------------------------------------------------------


async def a_scan_becomes_a_friend(story: Story) -> None:
    """A prospect scans: the encrypted callback brings State and WelcomeCode; the welcome is out within 20 seconds."""
    stage, zhang, wang = story.stage, story.zhang, story.wang
    friendship = await zhang.scan(POSTER)
    await stage.quiet()

    text, card = await zhang.chat("wangfang")
    assert (text["origin"], text["msgtype"], card["msgtype"]) == ("welcome", "text", "miniprogram")
    assert WELCOME_COUPON in text["content"]["content"]
    assert WELCOME_COUPON in card["content"]["title"]
    assert 0 <= card["sent_at"] - friendship["created_at"] < 20
    page, _, story.ticket = card["content"]["page"].partition("?ticket=")
    assert page == "pages/gift/claim.html"
    assert story.ticket

    (mine,) = [row for row in await named_zhang_wei(wang) if row["is_friend"]]
    story.customer_id = mine["id"]
    known = await wang.get(f"customers/{mine['id']}")
    assert (known["consultant"]["name"], known["home_store"]) == ("王芳", "深圳南山店")
    assert known["first_source"] == "SHOW"
    assert [friend["name"] for friend in known["friends"]] == ["王芳"]
    told = await timeline(wang, mine["id"])
    assert told.count("添加王芳为好友，来源 展厅海报") == 1

    # WeCom repeats callbacks that got no answer, and they arrive in another order: nothing changes.
    name = "change_external_contact/add_external_contact"
    (delivered, *_) = (await stage.hand("GET", f"log?direction=delivery&name={name}"))["entries"]
    await asyncio.gather(*(stage.hand("POST", f"log/{delivered['id']}/again") for _ in range(3)))
    await stage.quiet()
    assert len(await zhang.chat("wangfang")) == 2
    assert await timeline(wang, mine["id"]) == told
    assert len([row for row in await named_zhang_wei(wang) if row["is_friend"]]) == 1


# -- 2 -----------------------------------------------------------------------------------------------------------------


async def the_friend_becomes_an_owner_with_a_car(story: Story) -> None:
    """wx.login, phone, car, coupon, consent: all of it belongs to one customer record."""
    zhang, wang = story.zhang, story.wang
    await zhang.sign_in()
    me = await zhang.get("me")
    assert me["customer_id"] == story.customer_id, "unionid makes friend and account one person"
    assert len(await named_zhang_wei(wang)) == 2, "the friend, and the record filed with the car"

    assert await zhang.refused("POST", "vehicles", {"vin_last6": VIN_LAST6}) == (409, "phone_not_verified")
    assert await zhang.share_phone() == PHONE
    assert (await zhang.refused("POST", "vehicles", {"plate": PLATE}))[0] == 422
    assert await zhang.refused("POST", "vehicles", {"vin_last6": PLATE[1:]}) == (409, "vehicle_not_on_file")
    bound = await zhang.post("vehicles", {"vin_last6": VIN_LAST6})
    assert bound["state"] == "BOUND"
    car = bound["vehicle"]
    assert (car["plate"], car["series"]) == (PLATE, "云帆X6")
    story.vehicle_id = car["id"]
    await story.stage.quiet()
    (one,) = await named_zhang_wei(wang)
    assert one["is_friend"]
    story.customer_id = (await zhang.get("me"))["customer_id"]
    assert one["id"] == story.customer_id
    known = await wang.get(f"customers/{one['id']}")
    assert (known["has_openid"], known["has_unionid"], known["phone_verified"]) == (True, True, True)
    assert [car["model"] for car in known["cars"]] == ["云帆X6 2.0T 豪华"]

    gift = await zhang.get(f"gifts/{story.ticket}")
    assert (gift["name"], gift["state"], gift["from_name"]) == (WELCOME_COUPON, "open", "王芳")
    await zhang.accept_notices("S-COUPON-ARRIVED", "S-COUPON-EXPIRING")
    coupon = await zhang.post(f"gifts/{story.ticket}/claim")
    assert (coupon["name"], coupon["state"]) == (WELCOME_COUPON, "AVAILABLE")
    story.coupon_id = coupon["id"]
    assert (await zhang.post(f"gifts/{story.ticket}/claim"))["id"] == coupon["id"], "a second tap, the same coupon"

    assert (await zhang.get("me"))["consents"] == [], "no coupon, phone or car carries consent with it"
    await zhang.post("consents", {"purpose": "MARKETING_WECOM", "text_version": CONSENT_TEXT})
    ledger = (await wang.get(f"customers/{one['id']}"))["consents"]
    assert [(line["purpose"], line["text_version"], line["how"]) for line in ledger] == [
        ("MARKETING_WECOM", CONSENT_TEXT, "mini_program")
    ]


# -- 3 -----------------------------------------------------------------------------------------------------------------


async def he_books_and_the_advisor_confirms(story: Story) -> None:
    """Items, minutes and bays make a slot; the advisor's button confirms it; the owner hears of it."""
    stage, zhang, li = story.stage, story.zhang, story.li
    (store,) = [one for one in await zhang.get("stores") if one["short_name"] == "深圳南山店"]
    story.store_id = store["id"]
    slot, item = await a_free_slot(story)
    assert item["minutes"] == 60
    wanted = {
        "vehicle_id": story.vehicle_id,
        "store_id": story.store_id,
        "item_ids": [item["item_id"]],
        "starts_at": slot["starts_at"],
    }
    await zhang.post("slot-holds", wanted)
    await zhang.accept_notices("S-APPT-RESULT", "S-APPT-REMINDER", "S-PROGRESS")
    booked = await zhang.post("appointments", wanted | {"note": "刹车有点响", "waits_on_site": True})
    assert (booked["state"], booked["minutes"]) == ("REQUESTED", 60), "the advisor confirms in this store"
    (now_left,) = [one for one in await free_slots(story, item) if one["starts_at"] == slot["starts_at"]]
    assert now_left["places_left"] == slot["places_left"] - 1, "a place is taken"
    await stage.quiet()

    (card,) = await li.inbox("新预约待确认")
    assert "小保养" in str(card["body"])
    # Two fingers on one button: the first confirms, the second is told who did.
    await asyncio.gather(li.press(card, "confirm"), li.press(card, "confirm"))
    card = await settled_card(li, "新预约待确认", "confirm")
    assert card["replaced"]["template_card"]["replace_text"] == "已确认"
    assert len(await stage.calls("message/update_template_card")) == 1, "a card is updated once"
    assert await stage.hand_refused("POST", f"inbox/{card['id']}/click", {"key": card["clicked"][0]}) == "no_button"
    answers = await li.inbox("已由李敏在")
    assert len(answers) == 1 or (story.weather.loses_callbacks and not answers), "the second press is answered"
    story.appointment = await zhang.get(f"appointments/{booked['id']}")
    assert (story.appointment["state"], story.appointment["advisor"]) == ("CONFIRMED", "李敏")
    (notice,) = await zhang.notices("预约结果通知")
    assert "已确认" in notice


# -- 4 -----------------------------------------------------------------------------------------------------------------


async def the_car_is_received(story: Story) -> None:
    """Check in, a walk-around with six photos and the owner's signature, an estimate, the owner's authorisation."""
    stage, zhang, li = story.stage, story.zhang, story.li
    starts_at = datetime.fromisoformat(story.appointment["starts_at"])
    await stage.wait_until(clock.at(clock.local(starts_at).date() - timedelta(days=1), 18, 1))
    assert len(await zhang.notices("到店提醒")) == 1, "the evening before"
    await stage.wait_until(starts_at - timedelta(minutes=5))

    booked = await li.get(f"appointments/{story.appointment['id']}")
    await li.post(f"appointments/{booked['id']}/arrival", {"version": booked["version"]})
    opened = await li.post("repair-orders", {"appointment_id": booked["id"], "mileage_km": 21_180})
    assert (opened["state"], opened["complaint"]) == ("OPENED", "刹车有点响")
    story.order_id = opened["id"]

    photos = [{"position": corner, "key": (await li.photograph())["key"]} for corner in CORNERS]
    walk_around = {"energy_percent": 60, "valuables_reminded": True, "covers_on": True}
    inspection = f"repair-orders/{story.order_id}/inspection"
    status, _ = await li.refused("POST", inspection, walk_around | {"photos": photos[:5], "version": opened["version"]})
    assert status == 409, "six photos at least"
    await li.post(inspection, walk_around | {"photos": photos, "version": opened["version"]})
    report = await zhang.get(inspection)
    assert len(report["photos"]) == 6
    assert await is_a_picture(story, report["photos"][0]["url"])
    await zhang.accept_notices("S-PROGRESS")
    mine = {"signature": signature(), "inspected_at": report["inspected_at"]}
    signed = await zhang.post(f"{inspection}/signature", mine)
    assert signed["signed_at"] is not None

    promised_at = starts_at + timedelta(hours=2)
    lines = [{"item_id": one["item_id"]} for one in opened["planned_items"]]
    order = f"repair-orders/{story.order_id}"
    asked = {"lines": lines, "promised_finish_at": f"{promised_at}"}
    await li.post(f"{order}/estimate", asked | await seen(li, order))
    await li.post(f"{order}/estimate/sending", await seen(li, order))
    estimate = await zhang.get(f"repair-orders/{story.order_id}/estimate")
    assert [line["name"] for line in estimate["lines"]] == ["小保养"]
    assert estimate["total_fen"] == 668_00
    await zhang.accept_notices("S-EXTRA", "S-PROGRESS", "S-BILL")
    allowed = {"version": estimate["version"], "keeps_old_parts": True}
    estimate = await zhang.post(f"repair-orders/{story.order_id}/estimate/authorisation", allowed)
    assert estimate["state"] == "AUTHORISED"


async def the_work_is_watched_live(story: Story) -> None:
    """Dispatch, nodes with photos on a WebSocket, additional work decided item by item, a wait, a second look."""
    zhang, chen = story.zhang, story.chen
    service = await dispatched(story, "小保养")
    async with zhang.watching(story.order_id) as page:
        await chen.post(f"lines/{service}/start", {"photos": [await chen.photograph("施工前")]})
        started = await page.until("work_started")
        assert (started["sentence"], started["by"]) == ("小保养开工", "陈志强")
        assert [photo["label"] for photo in started["photos"]] == ["施工前"]
        assert await is_a_picture(story, started["photos"][0]["url"])

        await additional_work_is_decided_item_by_item(story, page)
        await chen.post(f"lines/{service}/finish", {"photos": [await chen.photograph()], "is_self_checked": True})
        pads = await dispatched(story, "前刹车片")
        await chen.post(f"lines/{pads}/start")
        await a_part_is_waited_for(story, page, pads)
        await the_inspection_fails_once_and_then_passes(story, page, pads)

    numbers = [event["number"] for event in page.events]
    assert numbers == list(range(1, len(numbers) + 1)), "nothing missed, nothing twice"


async def additional_work_is_decided_item_by_item(story: Story, page: LivePage) -> None:
    """A reason and a photo each; the brake pads yes, the filter no."""
    stage, zhang, li, chen = story.stage, story.zhang, story.li, story.chen
    offered = await zhang.get(f"service-items/{story.vehicle_id}/{story.store_id}")
    jobs = {one["name"]: one["item_id"] for one in offered}
    worn = {"item_id": jobs["前刹车片"], "finding": "剩 2.1 毫米", "urgency": "RED"}
    dirty = {"item_id": jobs["空调滤芯"], "finding": "发黑有异味", "urgency": "YELLOW"}
    work = f"repair-orders/{story.order_id}/additional-work"
    assert (await chen.refused("POST", work, {"findings": [worn | {"photos": []}]}))[0] == 422
    found = [one | {"photos": [await chen.photograph("旧件")]} for one in (worn, dirty)]
    sheet = await chen.post(work, {"findings": found})
    await stage.quiet()
    assert len(await li.inbox("剩 2.1")) + len(await li.inbox("发现")) >= 1, "the advisor is asked for prices"
    prices = [{"line_id": item["line_id"]} for item in sheet["items"]]
    asked_for = {"items": prices, "version": sheet["version"]}
    priced = await li.post(f"additional-work/{sheet['id']}/prices", asked_for)
    await li.post(f"additional-work/{sheet['id']}/sending", {"version": priced["version"]})
    assert len((await page.until("additional_work_sent"))["photos"]) == 2
    await stage.quiet()
    assert len(await zhang.notices("增项待确认提醒")) == 1

    (asked,) = await zhang.get(work)
    pads, dust = asked["items"]
    assert (pads["finding"], len(pads["photos"]), pads["decision"]) == ("剩 2.1 毫米", 1, None)
    before = (await zhang.get(f"repair-orders/{story.order_id}"))["promised_at"]
    await zhang.accept_notices("S-EXTRA", "S-PROGRESS")
    decide = f"additional-work/{sheet['id']}/decisions"
    yes = {"version": asked["version"], "decisions": [{"line_id": pads["line_id"], "decision": "APPROVED"}]}
    half = await zhang.post(decide, yes)
    assert [item["decision"] for item in half["items"]] == ["APPROVED", None], "the other stays open"
    no = {"version": asked["version"], "decisions": [{"line_id": dust["line_id"], "decision": "DECLINED"}]}
    decided = await zhang.post(decide, no)
    assert [item["decision"] for item in decided["items"]] == ["APPROVED", "DECLINED"]
    assert (await zhang.refused("POST", decide, no))[0] == 409, "decided once"
    assert decided["promised_at"] > before, "more work, a later promise"


async def a_part_is_waited_for(story: Story, page: LivePage, line_id: int) -> None:
    """待料: the promised time moves and the owner is told; an hour later the part is here."""
    stage, zhang, chen = story.stage, story.zhang, story.chen
    before = (await zhang.get(f"repair-orders/{story.order_id}"))["promised_at"]
    told = len(await zhang.notices("维修进度提醒"))
    await zhang.accept_notices("S-PROGRESS")
    await clock.refresh()
    expected_at = clock.now() + timedelta(hours=3)
    (job,) = [job for job in await chen.get("my-work") if job["line_id"] == line_id]
    waits = {"expected_at": expected_at.isoformat(), "version": job["order_version"]}
    await chen.post(f"lines/{line_id}/parts-wait", waits)
    assert "等配件" in (await page.until("waiting_for_parts"))["sentence"]
    shown = await zhang.get(f"repair-orders/{story.order_id}")
    assert shown["state"] == "WAIT_PARTS"
    assert shown["promised_at"] > before
    await stage.quiet()
    notices = await zhang.notices("维修进度提醒")
    assert len(notices) == told + 1
    assert "因等配件" in notices[0]
    await stage.wait_until(expected_at)
    await chen.post(f"lines/{line_id}/start")


async def the_inspection_fails_once_and_then_passes(story: Story, page: LivePage, line_id: int) -> None:
    """质检: rework first, an honest word about it, then a road test and 完工."""
    stage, zhang, li, zhou, chen, liu = story.stage, story.zhang, story.li, story.zhou, story.chen, story.liu
    order = f"repair-orders/{story.order_id}"

    async def done() -> None:
        await chen.post(f"lines/{line_id}/finish", {"photos": [await chen.photograph()], "is_self_checked": True})
        await zhou.post(f"{order}/team-check", await seen(zhou, order))

    await done()
    wrong = {"line_ids": [line_id], "reason": "左前刹车片装反", "photos": [await liu.photograph("质检")]}
    await liu.post(f"{order}/quality-check/fail", wrong | await seen(liu, order))
    assert (await page.until("quality_failed"))["sentence"] == "质检复检中"
    await chen.post(f"lines/{line_id}/start")
    await done()
    looked_at = {"was_road_tested": True, "checklist": CHECKED}
    passed = await liu.post(f"{order}/quality-check/pass", looked_at | await seen(liu, order))
    assert (passed["rework_count"], passed["state"]) == (1, "QC_PASSED")
    await page.until("quality_passed")
    await zhang.accept_notices("S-PROGRESS")
    await li.post(f"{order}/ready", await seen(li, order))
    assert (await page.until("ready"))["title"] == "已完工"
    await stage.quiet()
    assert "已完工" in (await zhang.notices("维修进度提醒"))[0]


async def seen(person: StaffMember, order: str) -> dict[str, int]:
    """The order as it is on this person's screen now."""
    return {"version": (await person.get(order))["version"]}


async def dispatched(story: Story, job: str) -> int:
    """周涛 gives the job to 陈志强 in a bay that is free; 孙磊 hands out its parts from a card."""
    stage, zhou, sun = story.stage, story.zhou, story.sun
    board = await zhou.get("workshop/bays", store_id=story.store_id)
    (waiting,) = [one for one in board["waiting"] if one["repair_order_id"] == story.order_id and one["name"] == job]
    (choice,) = [one for one in waiting["choices"] if one["technician"] == "陈志强"]
    given = {"line_ids": [waiting["line_id"]], "technician_id": choice["technician_id"], "bay_id": choice["bay_id"]}
    await zhou.post(f"repair-orders/{story.order_id}/dispatch", given | {"version": waiting["order_version"]})
    await stage.quiet()
    assert len(await story.chen.inbox(job)) >= 1, "the technician gets his job as a card"
    await settled_card(sun, "备料", "picked")
    return int(waiting["line_id"])


# -- 5 -----------------------------------------------------------------------------------------------------------------


async def he_pays_and_drives_home(story: Story) -> None:
    """The coupon is locked at the bill and redeemed at the payment; WeChat's sealed notice says what was paid."""
    zhang, li = story.zhang, story.li
    order = f"repair-orders/{story.order_id}"
    made = await li.post(f"{order}/bill")
    assert {job["name"] for job in made["jobs"]} == {"小保养", "前刹车片"}, "declined work is not billed"
    await li.post(f"bills/{made['id']}/sending", {"version": made["version"]})
    # Paid before it got through a storm, 「账单待支付」 would rightly never be sent.
    await story.stage.quiet()
    bill = await zhang.get(f"{order}/bill")
    assert (bill["subtotal_fen"], bill["discount_fen"], bill["due_fen"]) == (1636_00, 100_00, 1536_00)
    assert [choice["coupon_id"] for choice in bill["choices"] if choice["is_chosen"]] == [story.coupon_id]
    assert await coupon_state(story) == "LOCKED"

    bare = await zhang.put(f"bills/{bill['id']}/coupons", {"version": bill["version"], "coupon_ids": []})
    assert (bare["due_fen"], await coupon_state(story)) == (1636_00, "AVAILABLE")
    chosen = {"version": bare["version"], "coupon_ids": [story.coupon_id]}
    bill = await zhang.put(f"bills/{bill['id']}/coupons", chosen)
    assert (bill["due_fen"], await coupon_state(story)) == (1536_00, "LOCKED")
    given_back = {"is_key_given": True, "are_old_parts_settled": True, "is_settlement_sheet_given": True}
    given_back["are_valuables_given"] = True
    assert (await li.refused("POST", f"{order}/hand-over", given_back))[0] == 409, "first the money, then the key"

    await zhang.accept_notices("S-RECEIPT", "S-SURVEY", "S-COUPON-EXPIRING")
    await zhang.post(f"bills/{bill['id']}/confirmation", {"version": bill["version"]})
    await he_pays(story, bill["id"])
    assert await coupon_state(story) == "REDEEMED"
    paid = await li.get(f"bills/{bill['id']}")
    assert (paid["state"], paid["due_fen"]) == ("PAID", 0)
    assert [(one["state"], one["received_fen"]) for one in paid["payments"]] == [("SUCCESS", 1536_00)]

    await li.post(f"{order}/hand-over", given_back)
    taken = await zhang.post(f"{order}/hand-over/confirmation")
    assert taken["state"] == "CONFIRMED"
    assert (await zhang.get(order))["state"] == "DELIVERED"
    await a_day_later_he_is_asked_how_it_was(story)


async def he_pays(story: Story, bill_id: int) -> None:
    """JSAPI prepay, the pay sheet, and only the verified notice (or our own question) makes it paid."""
    stage, zhang = story.stage, story.zhang
    door = f"bills/{bill_id}/payment"
    agreed = {"version": (await zhang.get(f"bills/{bill_id}"))["version"]}
    prepaid = await zhang.put(door, agreed)
    assert (await zhang.put(door, agreed))["payment_id"] == prepaid["payment_id"], "one live payment"
    async with httpx.AsyncClient(base_url=stage.address) as stranger:
        forged = await stranger.post("/wechat-pay/notify", json={"event_type": "TRANSACTION.SUCCESS"})
        assert forged.status_code in (400, 401, 403)
    assert (await zhang.get(f"bills/{bill_id}/payment"))["bill_state"] == "CONFIRMED"
    sheet = await zhang.pay(prepaid["parameters"])
    assert sheet["amount_fen"] == prepaid["amount_fen"] == 1536_00
    await stage.quiet()
    for _ in range(5):
        standing = await zhang.get(f"bills/{bill_id}/payment")
        if standing["bill_state"] == "PAID":
            break
        # Every notice got lost: a minute later we ask WeChat ourselves.
        await stage.pass_time(minutes=1)
    assert (standing["bill_state"], standing["due_fen"], standing["payment_state"]) == ("PAID", 0, "SUCCESS")
    delivered = (await stage.hand("GET", "log?direction=delivery&door=pay"))["entries"]
    assert story.weather.knobs or [entry["status"] for entry in delivered] == [204], "sealed, verified, taken"
    await stage.hand("POST", f"payments/{sheet['out_trade_no']}/notify-again")
    await stage.quiet()
    assert len(await zhang.notices("付款成功通知")) == 1, "one receipt"


async def a_day_later_he_is_asked_how_it_was(story: Story) -> None:
    """回访: between 24 and 72 hours after the hand-over, answered once."""
    stage, zhang = story.stage, story.zhang
    await stage.pass_time(hours=23)
    assert await zhang.get("surveys") == []
    await stage.pass_time(hours=2)
    (asked,) = await zhang.get("surveys")
    assert len(await zhang.notices("服务评价邀请")) == 1
    answers = {"recommend": 9, "satisfied": True, "explained": True, "comment": "讲得很清楚"}
    await zhang.get(f"surveys/{asked['id']}")
    answered = await zhang.post(f"surveys/{asked['id']}/answers", answers)
    assert answered["state"] == "SUBMITTED"
    assert (await zhang.refused("POST", f"surveys/{asked['id']}/answers", answers))[0] == 409
    assert await zhang.get("surveys") == []


# -- 6 -----------------------------------------------------------------------------------------------------------------


async def he_is_lost_and_won_back(story: Story) -> None:
    """Sixteen months without a visit; a segment finds the owner, a broadcast and a coupon bring them back."""
    await sixteen_months_go_by(story)
    broadcast_id = await a_broadcast_is_planned_and_approved(story)
    token = await the_salesperson_sends_it(story, broadcast_id)
    await he_comes_back(story, token)

    results = await story.lin.get(f"broadcasts/{broadcast_id}/results")
    funnel = {step["name"]: step["people"] for step in results["funnel"]}
    assert funnel["sent"] >= 1
    assert [funnel[name] for name in ("opened", "claimed", "booked", "arrived")] == [1, 1, 1, 1]
    assert results["planned"]["came"] == 1


async def sixteen_months_go_by(story: Story) -> None:
    """In jumps, the timetable beating after each; then an ordinary Tuesday afternoon."""
    for _ in range(4):
        await story.stage.pass_time(days=121)
    today = clock.today()
    tuesday = today + timedelta(days=(1 - today.weekday()) % 7)
    await story.stage.wait_until(clock.at(tuesday, 15))
    known = await story.wang.get(f"customers/{story.customer_id}")
    assert known["dormancy"]["state"] == "LAPSED"
    assert "流失" in known["dormancy"]["explanation"]
    assert known["contact"]["marketing_allowed"]
    assert known["visit_count"] == 3
    assert (known["spend_fen"], known["rfm"]) == (None, None), "what the workshop earned is not the salesperson's"
    serviced = await story.li.get(f"customers/{story.customer_id}")
    assert "近 24 个月付费到店 1 次，自费 1,536.00 元" in serviced["rfm"]["explanation"]


async def a_broadcast_is_planned_and_approved(story: Story) -> int:
    """林晓 segments and drafts; an author cannot approve their own; 赵建国 agrees and it waits for tomorrow at ten."""
    stage, lin, zhao = story.stage, story.lin, story.zhao
    lapsed = {"match": "all", "items": [{"field": "dormancy", "values": ["LAPSED"]}]}
    counted = await lin.post("segments/preview", {"definition": lapsed})
    assert counted["people"] >= counted["reachable"] >= 2
    sample = await lin.post("segments/sample", {"definition": lapsed})
    assert "张*" in {person["name"] for person in sample}, "one of them, masked"
    segment = await lin.post("segments", {"name": "流失车主", "definition": lapsed})
    (coupon,) = [one for one in await lin.get("coupon-templates", state="ACTIVE") if one["name"] == WAKE_UP_COUPON]
    starts_at = clock.at(clock.today() + timedelta(days=1), 10)
    plan = {
        "name": "老友回店",
        "segment_id": segment["id"],
        "season_line": "春天到了，",
        "coupon_template_id": coupon["id"],
        "budget_fen": 20_000_00,
        "starts_at": starts_at.isoformat(),
    }
    drafted = await lin.post("broadcasts", plan)
    guess = await lin.get(f"broadcasts/{drafted['id']}/estimate")
    assert guess["reachable"] == guess["control"] + guess["planned"]
    await lin.post(f"broadcasts/{drafted['id']}/submission", {"version": drafted["version"]})
    await stage.quiet()

    (asked,) = [one for one in (await zhao.get("approvals"))["items"] if one["about"] == f"broadcast:{drafted['id']}"]
    agreed = {"agree": True, "version": asked["version"]}
    assert (await lin.refused("POST", f"approvals/{asked['id']}/decision", agreed))[0] == 403
    await zhao.post(f"approvals/{asked['id']}/decision", agreed)
    planned = await lin.get(f"broadcasts/{drafted['id']}")
    assert (planned["state"], planned["approver"]) == ("SCHEDULED", "赵建国")
    await stage.wait_until(starts_at - timedelta(minutes=2))
    assert (await lin.get(f"broadcasts/{drafted['id']}"))["state"] == "SCHEDULED"
    assert await story.wang.mass_tasks() == []
    await stage.wait_until(starts_at + timedelta(seconds=30))
    return int(drafted["id"])


async def the_salesperson_sends_it(story: Story, broadcast_id: int) -> str:
    """A task waits in 群发助手; nothing goes out before 王芳 confirms it; the results come. Returns its token."""
    stage, zhang, wang, lin = story.stage, story.zhang, story.wang, story.lin
    begun = await tasks_made(story, broadcast_id)
    assert begun["broadcast"]["state"] == "RUNNING"
    assert begun["counts"]["planned"] == begun["counts"]["waiting_for_staff"] >= 1
    assert len(await wang.inbox("请确认群发：老友回店")) == 1
    assert [row["origin"] for row in await zhang.chat("wangfang")] == ["welcome", "welcome"]

    (task,) = await wang.mass_tasks()
    done = await stage.hand("POST", "mass-tasks/confirm", {"msgid": task["msgid"], "userid": "wangfang"})
    assert done["sent"] == task["customers"]
    await stage.pass_time(minutes=6)
    synced = await lin.get(f"broadcasts/{broadcast_id}/progress")
    assert synced["counts"]["sent"] == done["sent"]
    (mine,) = [one for one in synced["tasks"] if one["staff"] == "王芳"]
    assert (mine["state"], mine["sent"]) == ("SENT", done["sent"])
    assert (await wang.inbox("请确认群发"))[0]["replaced"], "his card is settled"

    text, card = [row for row in await zhang.chat("wangfang") if row["origin"] == "mass"]
    assert "春天到了，" in text["content"]["content"]
    assert WAKE_UP_COUPON in text["content"]["content"]
    page, _, token = card["content"]["page"].partition("?campaign=")
    assert page == "pages/gift/claim.html"
    return str(token)


async def tasks_made(story: Story, broadcast_id: int) -> dict[str, Any]:
    """The progress page once every task is with WeCom.

    One whose answer was lost is looked for there; if it never arrived, it is made anew after a minute of real time.
    """
    async with asyncio.timeout(PATIENCE_SECONDS + LOST_FOR_GOOD_SECONDS):
        while True:
            progress: dict[str, Any] = await story.lin.get(f"broadcasts/{broadcast_id}/progress")
            if not progress["counts"]["waiting_for_task"]:
                return progress
            await story.stage.pass_time(minutes=1)
            await asyncio.sleep(1)


async def he_comes_back(story: Story, token: str) -> None:
    """The owner opens the card, claims the coupon, books with it and comes."""
    stage, zhang, li = story.stage, story.zhang, story.li
    gift = await zhang.get(f"gifts/{token}")
    assert (gift["name"], gift["state"], gift["from_name"]) == (WAKE_UP_COUPON, "open", "王芳")
    await zhang.accept_notices("S-COUPON-ARRIVED", "S-COUPON-EXPIRING")
    coupon = await zhang.post(f"gifts/{token}/claim", {"vehicle_id": story.vehicle_id})
    assert (await zhang.post(f"gifts/{token}/claim", {"vehicle_id": story.vehicle_id}))["id"] == coupon["id"]

    slot, item = await a_free_slot(story)
    await zhang.accept_notices("S-APPT-RESULT", "S-APPT-REMINDER", "S-PROGRESS")
    booked = await zhang.post(
        "appointments",
        {
            "vehicle_id": story.vehicle_id,
            "store_id": story.store_id,
            "item_ids": [item["item_id"]],
            "starts_at": slot["starts_at"],
            "coupon_id": coupon["id"],
            "campaign_token": token,
        },
    )
    assert (await zhang.get(f"coupons/{coupon['id']}"))["state"] == "LOCKED"
    card = await settled_card(li, "新预约待确认", "confirm")
    assert card["replaced"]["template_card"]["replace_text"] == "已确认"
    await stage.wait_until(datetime.fromisoformat(slot["starts_at"]) - timedelta(minutes=5))
    confirmed = await li.get(f"appointments/{booked['id']}")
    arrived = await li.post(f"appointments/{booked['id']}/arrival", {"version": confirmed["version"]})
    assert arrived["state"] == "ARRIVED"
    await stage.quiet()


# -- the end -----------------------------------------------------------------------------------------------------------


NOTICES: Final = {
    "卡券到账通知": 2,
    "预约结果通知": 2,
    "到店提醒": 2,
    "维修进度提醒": 5,
    "增项待确认提醒": 1,
    "账单待支付提醒": 1,
    "付款成功通知": 1,
    "服务评价邀请": 1,
}
HAPPENED: Final = {
    "appointment.arrived": 2,
    "appointment.confirmed": 2,
    "appointment.requested": 2,
    "bill.confirmed": 1,
    "bill.paid": 1,
    "bill.sent": 1,
    "consent.given": 1,
    "coupon.claimed": 2,
    "coupon.issued": 2,
    "coupon.redeemed": 1,
    "customer.merged": 1,
    "customer.phone_verified": 1,
    "friend.added": 1,
    "hand_over.confirmed": 1,
    "hand_over.offered": 1,
    "identity.linked": 4,
    "message.campaign_sent": 1,
    "message.sent": 16,
    "payment.succeeded": 1,
    "repair_order.additional_work_decided": 2,
    "repair_order.additional_work_sent": 1,
    "repair_order.delivered": 1,
    "repair_order.estimate_authorised": 1,
    "repair_order.estimate_sent": 1,
    "repair_order.inspection_signed": 1,
    "repair_order.opened": 1,
    "repair_order.promise_moved": 2,
    "repair_order.quality_checked": 2,
    "repair_order.ready": 1,
    "repair_order.work_declined": 1,
    "repair_order.work_started": 1,
    "survey.sent": 1,
    "survey.submitted": 1,
    "vehicle.bound": 1,
    "visit.recorded": 1,
}


async def everything_happened_once(story: Story) -> None:
    """Whatever the weather: the same messages, the same money, the same facts, none of them twice."""
    stage, zhang = story.stage, story.zhang
    await stage.pass_time(minutes=1)
    titles = Counter(notice.split()[0] for notice in await zhang.notices())
    assert titles == NOTICES
    said = [(row["origin"], row["msgtype"]) for row in await zhang.chat("wangfang")]
    assert said == [("welcome", "text"), ("welcome", "miniprogram"), ("mass", "text"), ("mass", "miniprogram")]
    cards = Counter(row["body"]["main_title"]["title"] for row in await story.li.inbox() if row["msgtype"] != "text")
    assert cards["新预约待确认"] == 2
    orders = (await stage.hand("GET", "payments"))["orders"]
    assert [(one["state"], one["body"]["amount"]["total"]) for one in orders] == [("SUCCESS", 1536_00)]
    mine = await zhang.get("coupons")
    states = Counter((coupon["name"], coupon["state"]) for group in mine.values() for coupon in group)
    assert states == {(WELCOME_COUPON, "REDEEMED"): 1, (WAKE_UP_COUPON, "LOCKED"): 1}
    assert len(await named_zhang_wei(story.wang)) == 1
    happened = Counter(entry["name"] for entry in await timeline_entries(story.wang, story.customer_id))
    assert happened == HAPPENED
    parked = await database.fetch("SELECT entrypoint, count(*) FROM jobs.pgqueuer GROUP BY entrypoint")
    assert [dict(row) for row in parked] == [], "every job came to its end"


# -- what the chapters share -------------------------------------------------------------------------------------------


async def named_zhang_wei(staff: StaffMember) -> list[dict[str, Any]]:
    """Customers of that name as this colleague sees them."""
    rows = (await staff.get("customers", q="张伟"))["items"]
    return [row for row in rows if row["name"] == "张伟"]


async def timeline_entries(staff: StaffMember, customer_id: int) -> list[dict[str, Any]]:
    """What happened to a customer, as the customer's page shows it, newest first."""
    entries: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await staff.get(f"customers/{customer_id}/timeline", **cursor)
        entries += page["items"]
        if not page["next_cursor"]:
            return entries
        cursor = {"cursor": page["next_cursor"]}


async def timeline(staff: StaffMember, customer_id: int) -> list[str]:
    """The same as sentences."""
    return [entry["sentence"] for entry in await timeline_entries(staff, customer_id)]


async def is_a_picture(story: Story, address: str) -> bool:
    """Whether anybody who was given the address sees a photo there."""
    async with httpx.AsyncClient(base_url=story.stage.address) as browser:
        answer = await browser.get(address)
        without = await browser.get(address.split("?")[0])
    assert without.status_code == 404, "an address that was not signed shows nothing"
    return answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg"


async def coupon_state(story: Story) -> str:
    """Where the welcome coupon stands."""
    return str((await story.zhang.get(f"coupons/{story.coupon_id}"))["state"])


async def a_free_slot(story: Story) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tomorrow's first free slot from ten o'clock on for the small service, and the service."""
    items = await story.zhang.get(f"service-items/{story.vehicle_id}/{story.store_id}")
    (item,) = [one for one in items if one["name"] == "小保养"]
    return (await free_slots(story, item))[0], item


async def free_slots(story: Story, item: dict[str, Any]) -> list[dict[str, Any]]:
    """Tomorrow's free slots from ten o'clock on for a job."""
    await clock.refresh()
    tomorrow = clock.today() + timedelta(days=1)
    slots = await story.zhang.get(
        "slots",
        vehicle_id=story.vehicle_id,
        store_id=story.store_id,
        item_ids=str(item["item_id"]),
        from_day=tomorrow.isoformat(),
        days=1,
    )
    ten = clock.at(tomorrow, 10)
    return [slot for slot in slots if slot["is_free"] and datetime.fromisoformat(slot["starts_at"]) >= ten]


async def settled_card(member: StaffMember, title: str, action: str) -> dict[str, Any]:
    """The member's newest card of this title once its button is gone; a press that got lost is repeated by hand."""
    for _ in range(8):
        await member.stage.quiet()
        card = (await member.inbox(title))[0]
        if card["replaced"]:
            return card
        await member.press(card, action)
    raise AssertionError(f"the card {title} is never updated")
