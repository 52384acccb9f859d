"""Family and privacy: an owner lets others look and decide, takes it back, and asks what we hold about them.

张伟's car is in the workshop of 李敏. 刘燕 is the person they name, 陈杰 another owner without any right to the car,
许静 the officer for personal data. Everybody acts through their own phone or desk, on the whole product.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import httpx
import pytest

from foundation import clock
from tests.stories.people import OwnersPhone, StaffMember, signature
from tests.stories.stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VIN_LAST6, PLATE, PHONE = "000123", "粤BD1245", "13812345678"
WIFES_PHONE: Final = "13912340012"
CORNERS: Final = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT", "DASHBOARD", "INTERIOR")
LIMIT_FEN: Final = 700_00
"""More than the small service (668.00), less than that with a filter."""


@dataclass
class Story:
    """The people of the story, and what chapters pass on to the next."""

    stage: Stage
    zhang: OwnersPhone
    liu: OwnersPhone
    chen: OwnersPhone
    li: StaffMember
    xu: StaffMember
    customer_id: int = field(default=0, init=False)
    vehicle_id: int = field(default=0, init=False)
    store_id: int = field(default=0, init=False)
    order_id: int = field(default=0, init=False)
    person_id: int = field(default=0, init=False)
    share: dict[str, Any] = field(default_factory=dict, init=False)


async def test_family_and_privacy(stage: Stage) -> None:
    zhang, liu, chen = [await stage.owner(person) for person in ("zhangwei", "liuyan", "chenjie")]
    story = Story(stage, zhang, liu, chen, await stage.staff("limin"), await stage.staff("xujing"))
    await everybody_signs_in(story)
    await his_car_comes_to_the_workshop(story)
    await he_shares_the_progress(story)
    await he_names_somebody_with_a_limit(story)
    await she_decides_within_it(story)
    await nobody_else_gets_through_a_door(story)
    await what_he_takes_back_holds_at_once(story)
    await after_the_last_day_she_sees_nothing(story)
    await he_withdraws_a_consent_and_asks_for_his_data(story)


async def everybody_signs_in(story: Story) -> None:
    """Three phones, each with a number confirmed by WeChat; one car."""
    for phone in (story.zhang, story.liu, story.chen):
        await phone.sign_in()
        await phone.share_phone()
    bound = await story.zhang.post("vehicles", {"vin_last6": VIN_LAST6})
    assert bound["state"] == "BOUND"
    story.vehicle_id = bound["vehicle"]["id"]
    story.customer_id = (await story.zhang.get("me"))["customer_id"]
    (store,) = [one for one in await story.zhang.get("stores") if one["short_name"] == "深圳南山店"]
    story.store_id = store["id"]
    await story.stage.quiet()


async def his_car_comes_to_the_workshop(story: Story) -> None:
    """接车, the walk-around with the owner's signature, an estimate that waits."""
    li, zhang = story.li, story.zhang
    ids = {"store_id": story.store_id, "customer_id": story.customer_id, "vehicle_id": story.vehicle_id}
    opened = await li.post("repair-orders", ids | {"mileage_km": 21_180, "complaint": "做个保养"})
    story.order_id = opened["id"]
    order = f"repair-orders/{story.order_id}"
    photos = [{"position": corner, "key": (await li.photograph())["key"]} for corner in CORNERS]
    walk_around = {"energy_percent": 60, "valuables_reminded": True, "covers_on": True, "photos": photos}
    await li.post(f"{order}/inspection", walk_around | {"version": opened["version"]})
    report = await zhang.get(f"{order}/inspection")
    await zhang.post(
        f"{order}/inspection/signature", {"signature": signature(), "inspected_at": report["inspected_at"]}
    )
    await clock.refresh()
    promised_at = clock.now() + timedelta(hours=3)
    offered = await zhang.get(f"service-items/{story.vehicle_id}/{story.store_id}")
    service = next(one["item_id"] for one in offered if one["name"] == "小保养")
    lines = {"lines": [{"item_id": service}], "promised_finish_at": f"{promised_at}"}
    await li.post(f"{order}/estimate", lines | {"version": (await li.get(order))["version"]})
    await li.post(f"{order}/estimate/sending", {"version": (await li.get(order))["version"]})


async def he_shares_the_progress(story: Story) -> None:
    """A link opens without an account, and shows no name, phone, sum or plate."""
    story.share = await story.zhang.post(f"repair-orders/{story.order_id}/shares", {"label": "给妈妈"})
    answer = await look(story, story.share["token"])
    assert answer.status_code == 200
    page = answer.json()
    assert (page["plate"], page["title"]) == ("粤B·D**45", "等车主确认报价")
    # A fraction of a second may well have the digits of the sum in it.
    without_fractions = re.sub(r"\.\d+Z", "Z", answer.text)
    for secret in (PLATE, PHONE, "张伟", "李敏", "668", "元", "您"):
        assert secret not in without_fractions, secret
    (mine,) = await story.zhang.get("shares")
    assert mine["is_open"]
    assert mine["first_opened_at"] is not None


async def he_names_somebody_with_a_limit(story: Story) -> None:
    """Being named gives no access; 刘燕 confirms by their own login, and then sees the car."""
    body = {"vehicle_ids": [story.vehicle_id], "name": "刘燕", "phone": WIFES_PHONE, "limit_fen": LIMIT_FEN}
    await story.zhang.post("family/persons", body)
    assert (await story.chen.get("family"))["invitations"] == []
    (waiting,) = (await story.liu.get("family"))["invitations"]
    assert (waiting["owner"], waiting["plate"], waiting["state"]) == ("张*", "粤B·D**45", "INVITED")
    story.person_id = waiting["id"]
    terms = {"version": waiting["version"]}
    refused = await story.chen.refused("POST", f"family/invitations/{waiting['id']}/acceptance", terms)
    assert refused == (409, "another_phone"), "a forwarded link is worth nothing"
    assert (await story.liu.refused("GET", f"repair-orders/{story.order_id}"))[0] == 404
    await story.liu.post(f"family/invitations/{waiting['id']}/acceptance", terms)
    page = await story.liu.get(f"repair-orders/{story.order_id}")
    assert (page["is_owner"], page["allowance"]) == (False, {"limit_fen": LIMIT_FEN, "used_fen": 0})


async def she_decides_within_it(story: Story) -> None:
    """刘燕 allows the estimate; the decision names their authorisation; above the limit only the owner decides."""
    li, liu = story.li, story.liu
    order = f"repair-orders/{story.order_id}"
    estimate = await liu.get(f"{order}/estimate")
    allowed = await liu.post(f"{order}/estimate/authorisation", {"version": estimate["version"]})
    assert allowed["state"] == "AUTHORISED"
    (line,) = (await li.get(order))["lines"]
    assert line["evidence_note"] == "授权人 刘燕，限额 700.00 元"
    (decider,) = await li.get(f"{order}/deciders")
    assert (decider["name"], decider["phone"], decider["limit_fen"]) == ("刘燕", "139****0012", LIMIT_FEN)

    offered = await story.zhang.get(f"service-items/{story.vehicle_id}/{story.store_id}")
    dust = next(one["item_id"] for one in offered if one["name"] == "空调滤芯")
    found = {"item_id": dust, "finding": "发黑有异味", "urgency": "YELLOW", "photos": [await li.photograph("旧件")]}
    sheet = await li.post(f"{order}/additional-work", {"findings": [found]})
    prices = {"items": [{"line_id": sheet["items"][0]["line_id"]}], "version": sheet["version"]}
    priced = await li.post(f"additional-work/{sheet['id']}/prices", prices)
    await li.post(f"additional-work/{sheet['id']}/sending", {"version": priced["version"]})
    (asked,) = await liu.get(f"{order}/additional-work")
    yes = {
        "version": asked["version"],
        "decisions": [{"line_id": asked["items"][0]["line_id"], "decision": "APPROVED"}],
    }
    decide = f"additional-work/{asked['id']}/decisions"
    assert await liu.refused("POST", decide, yes) == (403, "above_limit")
    decided = await story.zhang.post(decide, yes)
    assert [item["decision"] for item in decided["items"]] == ["APPROVED"]


async def nobody_else_gets_through_a_door(story: Story) -> None:
    """Other people's ids give no access, neither to a stranger nor to the named person."""
    person, share = f"family/persons/{story.person_id}", f"shares/{story.share['id']}"
    terms = {"limit_fen": 1, "version": 2}
    for stranger in (story.chen, story.liu):
        assert (await stranger.refused("PUT", person, terms))[0] == 404
        assert (await stranger.refused("DELETE", person))[0] == 404
        assert (await stranger.refused("DELETE", share))[0] == 404
        assert await stranger.get("shares") == []
    assert (await story.chen.refused("DELETE", f"family/invitations/{story.person_id}"))[0] == 404
    assert (await story.chen.refused("POST", f"repair-orders/{story.order_id}/shares", {}))[0] == 404
    refused = await story.liu.refused("POST", f"repair-orders/{story.order_id}/shares", {})
    assert refused == (403, "owner_must_decide"), "she passes nothing on"
    assert (await look(story, "0" * 32)).status_code == 404
    assert (await story.li.refused("GET", "privacy-requests"))[0] == 403


async def what_he_takes_back_holds_at_once(story: Story) -> None:
    """The link and the authority end with the tap."""
    await story.zhang.delete(f"shares/{story.share['id']}")
    gone = await look(story, story.share["token"])
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "share_ended")
    await story.zhang.delete(f"family/persons/{story.person_id}")
    assert (await story.liu.refused("GET", f"repair-orders/{story.order_id}"))[0] == 404
    assert await story.liu.get("vehicles") == []
    assert await story.li.get(f"repair-orders/{story.order_id}/deciders") == []


async def after_the_last_day_she_sees_nothing(story: Story) -> None:
    """刘燕 is named again for two days; on the third they see no car, and the owner reads that it has ended."""
    until_on = (clock.today() + timedelta(days=1)).isoformat()
    body = {"vehicle_ids": [story.vehicle_id], "name": "刘燕", "phone": WIFES_PHONE, "limit_fen": 0}
    await story.zhang.post("family/persons", body | {"until_on": until_on})
    (waiting,) = (await story.liu.get("family"))["invitations"]
    await story.liu.post(f"family/invitations/{waiting['id']}/acceptance", {"version": waiting["version"]})
    assert [car["id"] for car in await story.liu.get("vehicles")] == [story.vehicle_id]
    await story.stage.pass_time(days=2)
    assert (await story.liu.refused("GET", f"repair-orders/{story.order_id}"))[0] == 404
    assert await story.liu.get("vehicles") == []
    named = (await story.zhang.get("family"))["named"]
    assert next(each for each in named if each["id"] == waiting["id"])["is_over"]


async def he_withdraws_a_consent_and_asks_for_his_data(story: Story) -> None:
    """The ledger keeps both days; owner and officer see the requests with their deadline."""
    stage, zhang, xu = story.stage, story.zhang, story.xu
    page = await zhang.get("privacy")
    offer = next(each for each in page["offers"] if each["purpose"] == "MARKETING_SMS")
    await zhang.post("consents", {"purpose": "MARKETING_SMS", "text_version": offer["text_version"]})
    await zhang.delete("consents/MARKETING_SMS")
    line = next(each for each in (await zhang.get("privacy"))["ledger"] if each["purpose"] == "MARKETING_SMS")
    assert line["text"] == offer["text"]
    assert line["withdrawn_at"] is not None
    assert {"名下车辆", "个人资料"} <= {each["heading"] for each in page["held"]}

    await zhang.post("privacy-requests", {"kind": "EXPORT"})
    asked = await zhang.post("privacy-requests", {"kind": "DELETION"})
    assert asked["is_marketing_stopped"], "deletion stops marketing at once"
    await clock.refresh()
    due = clock.today() + timedelta(days=15)
    assert [(each["kind"], date.fromisoformat(each["due_on"]), each["days_left"]) for each in asked["requests"]] == [
        ("DELETION", due, 15),
        ("EXPORT", due, 15),
    ]
    await stage.quiet()
    assert len(await xu.inbox("有新的个人信息请求")) == 2
    listed = await xu.get("privacy-requests")
    assert {(each["kind"], each["customer_id"], each["days_left"]) for each in listed} == {
        ("EXPORT", story.customer_id, 15),
        ("DELETION", story.customer_id, 15),
    }
    mine = f"privacy-requests/{asked['requests'][0]['id']}"
    for stranger in (story.chen, story.liu):
        assert (await stranger.refused("DELETE", mine))[0] == 404
        assert (await stranger.get("privacy"))["requests"] == []
    await stage.pass_time(days=12)
    assert len(await xu.inbox("个人信息请求快到期")) == 2


async def look(story: Story, token: str) -> httpx.Response:
    """Open a link on a phone that never signed in."""
    async with httpx.AsyncClient(timeout=30) as stranger:
        return await stranger.get(f"{story.stage.address}/api/owner/shared-progress/{token}")
