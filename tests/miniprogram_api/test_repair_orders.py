"""The owner's endpoints about an order: what owners see, sign and decide, and how others are refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.repair_orders import additional_work, authorising, quality
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.signing import SIGNATURES
from crm_core.vehicles.models import BindingRole
from foundation import clock, media
from foundation.settings import get_settings
from tests import factories as make
from tests.fixtures.web import Web
from tests.pictures import picture, signature
from tests.workshop import CHECKED, PHOTO, make_workshop

SIGNATURE = signature()


async def test_the_progress_page_tells_promise_work_and_nodes(web: Web):
    shop = await make_workshop()
    order = await shop.in_work(shop.service, shop.pads)
    owner = await web.signed_in(shop.owner)
    page = (await owner.get(f"/repair-orders/{order.id}")).json()
    assert (page["number"], page["title"], page["state"]) == (order.number, "施工中", "IN_PROGRESS")
    assert (page["done"], page["total"], page["delay_minutes"]) == (0, 2, 0)
    assert page["doing"]["line"] == "小保养"
    assert page["doing"]["technician"] == "陈志强"
    assert page["coming"] == ["前刹车片", "质检", "洗车"]
    assert page["is_finished"] is False
    assert [node["node"] for node in page["nodes"]][:2] == ["N5", "N4"]
    assert page["nodes"][-1]["sentence"] == "接车 李敏 · 21,180 公里"
    assert page["last_number"] == order.last_event_no
    photos = next(node["photos"] for node in page["nodes"] if node["photos"])
    assert photos[0]["url"].startswith(f"/media/{PHOTO['key']}?e=")
    (listed,) = (await owner.get("/repair-orders")).json()
    assert (listed["id"], listed["doing"], listed["waiting_for_owner"]) == (order.id, "小保养", None)


@pytest.mark.parametrize("wants_wash", [True, False])
async def test_what_is_still_to_come_grows_shorter_and_names_a_wash_only_if_one_is_wanted(web: Web, wants_wash: bool):
    shop = await make_workshop()
    order = await shop.estimated()
    await RepairOrder.filter(id=order.id).update(wants_wash=wants_wash)
    owner = await web.signed_in(shop.owner)
    wash = ["洗车"] if wants_wash else []

    async def coming() -> list[str]:
        names: list[str] = (await owner.get(f"/repair-orders/{order.id}")).json()["coming"]
        return names

    assert await coming() == [], "nothing comes before the owner agrees to a job"
    await authorising.authorise_estimate(shop.owner, order.id, 1, keeps_old_parts=True)
    assert await coming() == ["小保养", "质检", *wash]
    await shop.give_out(order)
    await shop.do_all(order)
    assert await coming() == ["质检", *wash]
    await quality.pass_check(shop.inspector, order.id, was_road_tested=True, checklist=CHECKED)
    assert await coming() == wash
    await quality.start_wash(shop.advisor, order.id)
    assert await coming() == []


async def test_signing_and_authorising_by_hand(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    owner = await web.signed_in(shop.owner)
    assert (await owner.get(f"/repair-orders/{order.id}/inspection")).status_code == 404
    await _walk_around(web, shop, order.id)
    assert (await owner.get("/repair-orders")).json()[0]["waiting_for_owner"] == "inspection"
    bad = await owner.post(f"/repair-orders/{order.id}/inspection/signature", json={"signature": "x"})
    assert bad.status_code == 422
    report = (await owner.get(f"/repair-orders/{order.id}/inspection")).json()
    mine = {"signature": SIGNATURE, "inspected_at": report["inspected_at"]}
    await clock.set_to(clock.now() + timedelta(minutes=1))
    await _walk_around(web, shop, order.id, damage="凹陷")
    unseen = await owner.post(f"/repair-orders/{order.id}/inspection/signature", json=mine)
    assert (unseen.status_code, unseen.json()["error"]["message"]) == (409, "环车检查刚改过，请看过最新的再签字。")
    report = (await owner.get(f"/repair-orders/{order.id}/inspection")).json()
    mine = {"signature": SIGNATURE, "inspected_at": report["inspected_at"]}
    signed = await owner.post(f"/repair-orders/{order.id}/inspection/signature", json=mine)
    assert signed.json()["signed_at"] is not None
    again = await owner.post(f"/repair-orders/{order.id}/inspection/signature", json=mine)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "illegal_move")

    advisor = await web.signed_in(shop.advisor)
    estimate = {"lines": [{"item_id": shop.service.id}], "promised_finish_at": make.slot(11, 30).isoformat()}
    estimate["version"] = (await advisor.get(f"/repair-orders/{order.id}")).json()["version"]
    made = await advisor.post(f"/repair-orders/{order.id}/estimate", json=estimate)
    assert made.status_code == 200
    assert (await owner.get(f"/repair-orders/{order.id}/estimate")).status_code == 404  # A draft is not shown.
    await advisor.post(f"/repair-orders/{order.id}/estimate/sending", json={"version": made.json()["version"]})
    shown = (await owner.get(f"/repair-orders/{order.id}/estimate")).json()
    assert (shown["total_fen"], shown["lines"][0]["labour_fen"], shown["state"]) == (668_00, 240_00, "SENT")
    door = f"/repair-orders/{order.id}/estimate/authorisation"
    stale = await owner.post(door, json={"version": 7})
    assert stale.json()["error"]["code"] == "estimate_changed"
    body = {"version": 1, "keeps_old_parts": True, "signature": SIGNATURE}
    allowed = await owner.post(door, json=body, headers={"idempotency-key": "authorise-1"})
    assert allowed.json()["state"] == "AUTHORISED"
    repeated = await owner.post(door, json=body, headers={"idempotency-key": "authorise-1"})
    assert repeated.json() == allowed.json()


async def test_additional_work_is_decided_item_by_item(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, Urgency.RED, Urgency.YELLOW)
    owner = await web.signed_in(shop.owner)
    (shown,) = (await owner.get(f"/repair-orders/{order.id}/additional-work")).json()
    red, yellow = shown["items"]
    assert (red["urgency_label"], red["needs_signature_to_decline"], red["decision"]) == ("安全必须", True, None)
    assert (await owner.get("/repair-orders")).json()[0]["waiting_for_owner"] == "extra"
    door = f"/additional-work/{sheet.id}/decisions"
    decisions = [{"line_id": red["line_id"], "decision": "DECLINED"}]
    unsigned = await owner.post(door, json={"version": shown["version"], "decisions": decisions})
    assert unsigned.json()["error"] == {
        "code": "decline_must_be_signed",
        "message": "安全项目不做，需要签一份拒绝维修告知。",
        "details": {"line_ids": [red["line_id"]]},
    }
    both = [*decisions, {"line_id": yellow["line_id"], "decision": "APPROVED"}]
    body = {"version": shown["version"], "decisions": both, "decline_signature": SIGNATURE}
    decided = (await owner.post(door, json=body)).json()
    assert (decided["state"], [item["decision"] for item in decided["items"]]) == ("PARTIAL", ["DECLINED", "APPROVED"])
    twice = {"version": shown["version"], "decisions": [both[1], both[1]]}
    assert (await owner.post(door, json=twice)).status_code == 422


async def test_strangers_learn_nothing_and_drivers_only_watch(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, Urgency.YELLOW)
    line_id = (await shop.lines(order))[1].id
    decision = {"version": sheet.version, "decisions": [{"line_id": line_id, "decision": "APPROVED"}]}
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000001")))
    paths = ["", "/inspection", "/estimate", "/additional-work"]
    for path in [f"/repair-orders/{order.id}{path}" for path in paths] + [f"/additional-work/{sheet.id}"]:
        assert (await stranger.get(path)).status_code == 404, path
    assert (await stranger.post(f"/additional-work/{sheet.id}/decisions", json=decision)).status_code == 404
    assert (await stranger.get("/repair-orders")).json() == []
    driver = await make.make_customer(phone="13900000002")
    await make.bind(shop.vehicle, driver, BindingRole.USER)
    family = await web.signed_in(make.acting_owner(driver))
    assert (await family.get(f"/repair-orders/{order.id}")).status_code == 200
    refused = await family.post(f"/additional-work/{sheet.id}/decisions", json=decision)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "owner_must_decide")
    assert (await web.stranger().get(f"/api/owner/repair-orders/{order.id}")).status_code == 401
    owner = await web.signed_in(shop.owner)
    for forged in ("0", "-1", "9223372036854775808", "1e3", "%00"):
        assert (await owner.get(f"/repair-orders/{forged}")).status_code == 404


async def test_photos_open_only_by_an_address_we_signed(web: Web):
    shop = await make_workshop()
    advisor = await web.signed_in(shop.advisor)
    stored = (await advisor.post("/media", content=picture())).json()
    stranger = web.stranger()
    shown = await stranger.get(stored["url"])
    assert (shown.content[:3], shown.headers["content-type"]) == (b"\xff\xd8\xff", "image/jpeg")
    path, _, query = stored["url"].partition("?")
    expires, signature = (part.partition("=")[2] for part in query.split("&"))
    for forged in (path, f"{path}?e={expires}&s={'0' * 32}", f"{path}?e=99999999999&s={signature}", f"{path}?e=1&s="):
        assert (await stranger.get(forged)).status_code == 404
    other = (await media.store(picture(1))).key
    assert (await stranger.get(f"/media/{other}?{query}")).status_code == 404
    assert (await advisor.post("/media", content=b"MZ not a picture")).status_code == 422
    as_owner = {"authorization": (await web.signed_in(shop.owner)).headers["authorization"]}
    assert (await stranger.post("/api/staff/media", content=picture(), headers=as_owner)).status_code == 401


@pytest.mark.parametrize("act", ["withdraw", "quality"])
async def test_what_staff_only_say_among_themselves_stays_there(web: Web, act: str):
    shop = await make_workshop()
    if act == "withdraw":
        order = await shop.in_work()
        found = additional_work.Finding("漏油", Urgency.RED, [PHOTO], name="秘密油封")
        sheet = await additional_work.propose(shop.technician, order.id, [found])
        await additional_work.withdraw(shop.advisor, sheet.id)
    else:
        order = await shop.to_inspect(shop.pads)
        (line,) = await shop.lines(order)
        await quality.fail_check(shop.inspector, order.id, [line.id], "秘密装反", [PHOTO])
    owner = await web.signed_in(shop.owner)
    page = (await owner.get(f"/repair-orders/{order.id}")).text
    assert "秘密" not in page
    assert ("质检复检中" in page) is (act == "quality")


async def _walk_around(web: Web, shop, order_id: int, damage: str = "划痕") -> None:
    advisor = await web.signed_in(shop.advisor)
    seen = (await advisor.get(f"/repair-orders/{order_id}")).json()["version"]
    key = (await advisor.post("/media", content=picture())).json()["key"]
    positions = ["FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT", "DASHBOARD"]
    photos = [{"position": position, "key": key} for position in positions]
    body = {
        "energy_percent": 55,
        "photos": photos,
        "damages": [{"part": "右后门", "damage": damage, "key": key}],
        "version": seen,
        "valuables_reminded": True,
        "covers_on": True,
    }
    short = await advisor.post(f"/repair-orders/{order_id}/inspection", json=body)
    assert short.json()["error"]["details"]["missing"] == ["再拍 1 张"]
    photos.append({"position": "INTERIOR", "key": key})
    assert (await advisor.post(f"/repair-orders/{order_id}/inspection", json=body)).status_code == 200


async def test_who_may_not_decide_fills_no_disk_and_an_owner_only_so_far(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    await _walk_around(web, shop, order.id)
    driver = await make.make_customer(name="王芳")
    await make.bind(shop.vehicle, driver, BindingRole.USER)
    clients = [await web.signed_in(make.acting_owner(driver)), await web.signed_in(shop.owner)]
    report = (await clients[0].get(f"/repair-orders/{order.id}/inspection")).json()
    door = f"/repair-orders/{order.id}/inspection/signature"
    drawn = {"signature": signature(77), "inspected_at": report["inspected_at"]}
    before = _stored()
    refused = await clients[0].post(door, json=drawn)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "owner_must_decide")
    assert _stored() == before
    while not await SIGNATURES.wait_seconds(str(shop.owner.id)):
        pass
    many = await clients[1].post(door, json=drawn)
    assert (many.status_code, many.json()["error"]["code"]) == (429, "too_many_signatures")
    assert _stored() == before


def _stored() -> set[Path]:
    return set(get_settings().media_dir.rglob("*.png"))


async def test_what_follows_from_a_choice_is_told_before_it_is_made_and_is_what_then_happens(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    sheet = await shop.asked(order, Urgency.YELLOW, Urgency.YELLOW)
    owner = await web.signed_in(shop.owner)
    door = f"/additional-work/{sheet.id}"
    shown = (await owner.get(door)).json()
    first, second = shown["items"]
    assert (shown["outlook"]["agreed"], shown["outlook"]["total_fen"]) == (0, 0)
    assert shown["outlook"]["promised_at"] == shown["promised_at"], "nothing is added yet"
    price_fen = first["labour_fen"] + first["parts_fen"]
    one = (await owner.get(f"{door}/outlook", params={"agreed": str(first["line_id"])})).json()
    assert (one["agreed"], one["total_fen"], one["is_within_limit"]) == (1, price_fen, True)
    assert one["promised_at"] > shown["promised_at"]
    both = (await owner.get(f"{door}/outlook", params={"agreed": f"{first['line_id']},{second['line_id']}"})).json()
    assert both["promised_at"] > one["promised_at"]
    said = [{"line_id": first["line_id"], "decision": "APPROVED"}]
    decided = await owner.post(f"{door}/decisions", json={"version": shown["version"], "decisions": said})
    assert decided.json()["promised_at"] == one["promised_at"]
    assert decided.json()["outlook"] == one
    assert (await owner.get(f"{door}/outlook", params={"agreed": "999999"})).status_code == 404
    assert (await owner.get(f"{door}/outlook", params={"agreed": "1,"})).status_code == 422
    stranger = await web.signed_in(make.acting_owner(await make.make_customer(phone="13900000077")))
    assert (await stranger.get(f"{door}/outlook")).status_code == 404
