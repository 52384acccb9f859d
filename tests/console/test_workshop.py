"""Staff doors over HTTP: the boards, the masks of each role, and a morning's work without a single direct call."""

from datetime import timedelta

import httpx

from crm_core.appointments import booking
from crm_core.appointments import service as appointments
from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message
from crm_core.repair_orders import jobs, work
from crm_core.repair_orders.additional_work_rules import Urgency
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.pictures import picture
from tests.workshop import PHOTO, make_workshop


async def test_technicians_see_neither_money_nor_phones(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    await shop.asked(order, Urgency.YELLOW)
    for actor in (shop.technician, shop.controller, shop.inspector, shop.store_room):
        client = await web.signed_in(actor)
        answer = await client.get(f"/repair-orders/{order.id}")
        page = answer.json()
        assert page["totals_fen"] is None
        assert page["estimate"]["owner_total_fen"] is None
        assert {line["labour_fen"] for line in page["lines"]} == {line["parts_fen"] for line in page["lines"]} == {None}
        assert page["last_number"] == page["log"][0]["number"]
        assert {entry["amount_fen"] for entry in page["log"]} == {None}
        assert page["customer_phone"] is None
        assert not any("668" in entry["sentence"] for entry in page["log"])
        assert "138****5678" not in answer.text
        sheet = await client.get(f"/additional-work/{page['sheets'][0]['id']}")
        assert {item["parts_fen"] for item in sheet.json()["items"]} == {None}
        board = (await client.get(f"/workshop/day?store_id={shop.store.id}")).json()
        assert {row["amount_fen"] for row in board["in_workshop"]} == {None}
    own = (await (await web.signed_in(shop.technician)).get("/my-work")).text
    assert "fen" not in own
    assert "张" not in own
    advisor = (await (await web.signed_in(shop.advisor)).get(f"/repair-orders/{order.id}")).json()
    assert advisor["totals_fen"]["CP"] == 668_00
    assert advisor["customer_phone"] == "138****5678"
    assert advisor["vin"] == "LYF**********0001"


async def test_other_stores_and_other_roles_are_kept_out(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    assert (await elsewhere.get(f"/repair-orders/{order.id}")).status_code == 403
    assert (await elsewhere.get(f"/workshop/bays?store_id={shop.store.id}")).status_code == 403
    marketer = await web.signed_in(await make.acting(Role.MKT, shop.store))
    assert (await marketer.get(f"/repair-orders/{order.id}")).status_code == 403
    officer = await web.signed_in(await make.acting(Role.DPO, shop.store))
    assert (await officer.post("/media", content=b"x")).status_code == 403
    advisor = await web.signed_in(shop.advisor)
    assert (await advisor.post(f"/lines/{line.id}/finish", json=await _finished(advisor))).status_code == 403
    seen = {"version": order.version}
    assert (await advisor.post(f"/repair-orders/{order.id}/quality-check/pass", json=seen)).status_code == 403
    owner = await web.signed_in(shop.owner)
    assert (await owner.get("/my-work")).status_code == 404


async def test_a_morning_through_the_doors(web: Web):
    shop = await make_workshop()
    order = await shop.authorised(shop.pads)
    controller, technician = await web.signed_in(shop.controller), await web.signed_in(shop.technician)
    board = (await controller.get(f"/workshop/bays?store_id={shop.store.id}")).json()
    (waiting,) = board["waiting"]
    assert waiting["plate"] == "粤B·D**45"
    best = waiting["choices"][0]
    assert (best["technician"], best["is_eligible"]) == ("陈志强", True)
    assert "技能 ✓" in best["reasons"]
    body = {"line_ids": [waiting["line_id"]], "technician_id": best["technician_id"], "bay_id": best["bay_id"]}
    body["version"] = waiting["order_version"]
    sent = await controller.post(f"/repair-orders/{order.id}/dispatch", json=body)
    assert sent.json()["state"] == "DISPATCHED"
    assert (await controller.post(f"/repair-orders/{order.id}/dispatch", json=body)).status_code == 409

    store_room = await web.signed_in(shop.store_room)
    (request,) = (await store_room.get(f"/part-requests?store_id={shop.store.id}")).json()
    assert (request["part"], request["state"], request["free"]) == ("前刹车片", "RESERVED", 5)
    assert (await store_room.post(f"/repair-orders/{order.id}/parts-issue", json=body)).status_code == 422
    seen = {"version": sent.json()["version"]}
    assert (await store_room.post(f"/repair-orders/{order.id}/parts-issue", json=seen)).status_code == 204

    line = waiting["line_id"]
    (job,) = (await technician.post(f"/lines/{line}/start", json={})).json()
    assert (job["state"], job["standard_minutes"], job["parts"][0]["state"]) == ("WORKING", 72, "ISSUED")
    bays = (await controller.get(f"/workshop/bays?store_id={shop.store.id}")).json()["bays"]
    (busy,) = [bay for bay in bays if bay["jobs"]]
    assert (busy["jobs"][0]["plate"], busy["jobs"][0]["is_started"]) == ("粤B·D**45", True)
    await technician.post(f"/lines/{line}/finish", json=await _finished(technician))
    seen["version"] = (await controller.get(f"/repair-orders/{order.id}")).json()["version"]
    assert (await technician.post(f"/repair-orders/{order.id}/team-check", json=seen)).status_code == 204

    inspector = await web.signed_in(shop.inspector)
    (check,) = (await inspector.get(f"/quality-checks?store_id={shop.store.id}")).json()
    assert (check["id"], check["needs_road_test"], check["lines"][0]["technician"]) == (order.id, True, "陈志强")
    seen["version"] = check["version"]
    assert ("轮胎气压", "kPa") in {(point["name"], point["unit"]) for point in check["points"]}
    said = [{"point": point["name"], "is_applicable": point["name"] != "电气功能"} for point in check["points"]]
    said[0]["measured"] = "110"
    done = seen | {"was_road_tested": True, "checklist": said[1:]}
    refused = await inspector.post(f"/repair-orders/{order.id}/quality-check/pass", json=done)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "check_points_missing")
    assert "还没检查：螺丝扭力" in refused.json()["error"]["message"]
    done["checklist"] = said
    passed = await inspector.post(f"/repair-orders/{order.id}/quality-check/pass", json=done)
    assert passed.json()["state"] == "QC_PASSED"
    advisor = await web.signed_in(shop.advisor)
    ready = (await advisor.post(f"/repair-orders/{order.id}/ready", json={"version": passed.json()["version"]})).json()
    assert ready["next_step"] == {"action": "bill", "label": "结算", "missing": None}


async def test_the_day_puts_what_burns_on_top(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    await shop.asked(order, Urgency.YELLOW)
    await clock.set_to(make.slot(11, 1))
    await jobs.expire_additional_work()
    advisor = await web.signed_in(shop.advisor)
    board = (await advisor.get(f"/workshop/day?store_id={shop.store.id}&only_mine=true")).json()
    assert [entry["rule"] for entry in board["todo"]] == ["additional_work_unanswered", "promise_at_risk"]
    assert board["todo"][0]["text"] == "增项 91 分钟没回复，该项已停"
    assert board["todo"][1]["text"] == "11:30 要交，还差 小保养"
    assert board["todo"][0]["plate"] == "粤BD1245"
    assert [row["doing"] for row in board["in_workshop"]] == ["小保养"]
    await clock.set_to(clock.at(make.MONDAY.replace(year=2028), 9))
    advisor = await web.signed_in(shop.advisor)
    late = (await advisor.get(f"/workshop/day?store_id={shop.store.id}&only_mine=true")).json()
    assert late["todo"][1]["text"] == "2026年11月23日 11:30 要交，还差 小保养", "a promise of another year says so"


async def test_the_day_tells_who_came_from_who_cancelled(web: Web):
    shop = await make_workshop(at=make.slot(6))
    for number, hour in ((1, 9), (2, 10)):
        customer = await make.make_customer(shop.store, phone=f"1390000000{number}")
        vehicle = await make.make_vehicle(customer, vin=f"LYFAA4DE1T100012{number}", plate=f"粤B0000{number}")
        await make.make_staff(Role.SA, shop.store)
        booked = await booking.book(
            shop.advisor,
            customer_id=customer.id,
            vehicle_id=vehicle.id,
            store_id=shop.store.id,
            item_ids=[shop.service.id],
            starts_at=make.slot(hour),
        )
        if number == 1:
            await appointments.check_in(shop.advisor, booked.id)
        else:
            await appointments.cancel(shop.advisor, booked.id, "改去别家")
    board = (await (await web.signed_in(shop.advisor)).get(f"/workshop/day?store_id={shop.store.id}")).json()
    assert (board["came_count"], board["cancelled_count"], board["no_show"]) == (1, 1, [])


async def test_the_board_counts_for_inspection_what_the_inspectors_list_shows(web: Web):
    shop = await make_workshop()
    half_done = await shop.dispatched(shop.service, shop.pads)
    controller = await web.signed_in(shop.controller)
    first = (await shop.lines(half_done))[0]
    await work.clock_on(shop.technician, first.id)
    await work.finish_line(shop.technician, first.id, [PHOTO])

    async def shown() -> tuple[int, int]:
        board = (await controller.get(f"/workshop/bays?store_id={shop.store.id}")).json()
        listed = (await controller.get(f"/quality-checks?store_id={shop.store.id}")).json()
        return board["counts"]["to_inspect"], len(listed)

    assert await shown() == (0, 0)
    await shop.do_all(half_done)
    assert await shown() == (1, 1)


async def test_an_arrived_appointment_becomes_a_repair_order_once(web: Web):
    shop = await make_workshop()
    await make.make_staff(Role.SA, shop.store)  # A quarter of the advisors is kept for walk-ins.
    appointment = await booking.book(
        shop.advisor,
        customer_id=shop.customer.id,
        vehicle_id=shop.vehicle.id,
        store_id=shop.store.id,
        item_ids=[shop.service.id],
        starts_at=make.slot(10, 0),
        note="在店等",
    )
    advisor = await web.signed_in(shop.advisor)
    body = {"appointment_id": appointment.id, "mileage_km": 21_180}
    early = await advisor.post("/repair-orders", json=body)
    assert early.json()["error"]["code"] == "appointment_not_arrived"
    await clock.advance(timedelta(minutes=20))
    await appointments.check_in(shop.advisor, appointment.id)
    opened = await advisor.post("/repair-orders", json=body)
    assert opened.status_code == 201
    assert opened.json()["planned_items"] == [{"item_id": shop.service.id, "name": "小保养"}]
    assert opened.json()["complaint"] == "在店等"
    again = await advisor.post("/repair-orders", json=body)
    assert again.status_code == 409
    incomplete = await advisor.post("/repair-orders", json={"mileage_km": 1})
    assert incomplete.json()["error"]["code"] == "walk_in_incomplete"


async def _finished(client: httpx.AsyncClient) -> dict[str, object]:
    """The request that finishes a job, with a photo that was really uploaded."""
    stored = (await client.post("/media", content=picture())).json()
    return {"photos": [{"key": stored["key"], "label": "施工后"}], "is_self_checked": True}


async def test_a_mileage_is_asked_about_corrected_and_listed_through_the_desk(web: Web):
    shop = await make_workshop()
    advisor = await web.signed_in(shop.advisor)
    wanted = {
        "store_id": shop.store.id,
        "customer_id": shop.customer.id,
        "vehicle_id": shop.vehicle.id,
        "mileage_km": 999_000,
        "complaint": "保养",
    }
    asked = await advisor.post("/repair-orders", json=wanted)
    assert (asked.status_code, asked.json()["error"]["code"]) == (409, "mileage_unlikely")
    order = (await advisor.post("/repair-orders", json=wanted | {"is_mileage_confirmed": True})).json()
    answer = {"km": 21_450, "reason": "多输了一位", "version": order["version"]}
    fixed = (await advisor.post(f"/repair-orders/{order['id']}/mileage", json=answer)).json()
    assert fixed["mileage_km"] == 21_450
    readings = await advisor.get(f"/vehicles/{shop.vehicle.id}/readings")
    assert (readings.status_code, readings.json()) == (200, [])


async def test_a_store_nobody_knows_is_refused_to_a_role_of_the_whole_group(web: Web):
    await make_workshop()
    general_manager = await web.signed_in(await make.acting(Role.GRP))
    for number in (9_999, 2**63 - 1):
        answer = await general_manager.get(f"/workshop/bays?store_id={number}")
        assert (answer.status_code, answer.json()["error"]["message"]) == (404, "没有这家门店。")


async def test_the_board_explains_a_place_before_the_job_is_dropped_there(web: Web):
    shop = await make_workshop()
    order = await shop.dispatched(shop.service)
    (line,) = await shop.lines(order)
    controller = await web.signed_in(shop.controller)
    board = (await controller.get(f"/workshop/bays?store_id={shop.store.id}")).json()
    free = next(bay["bay_id"] for bay in board["bays"] if bay["kind"] == "GENERAL" and not bay["jobs"])
    electric = next(bay["bay_id"] for bay in board["bays"] if bay["kind"] == "EV")
    at = make.slot(14).isoformat().replace("+", "%2B")
    bad = (await controller.get(f"/lines/{line.id}/placement?bay_id={electric}&starts_at={at}")).json()
    assert bad["conflicts"] == [f"{bad['bay']}不能做这个项目"]
    good = (await controller.get(f"/lines/{line.id}/placement?bay_id={free}&starts_at={at}")).json()
    assert (good["technician"], good["conflicts"], good["late_minutes"]) == ("陈志强", [], 210)
    body = {key: good[key] for key in ("technician_id", "bay_id", "starts_at")} | {"version": order.version}
    refused = await controller.post(f"/lines/{line.id}/move", json=body | {"bay_id": electric})
    assert refused.json()["error"]["message"] == bad["conflicts"][0]
    moved = await controller.post(f"/lines/{line.id}/move", json=body)
    assert moved.json()["version"] == order.version + 1
    technician = await web.signed_in(shop.technician)
    assert (await technician.get(f"/lines/{line.id}/placement")).status_code == 403


async def test_a_promise_at_risk_says_why_and_is_moved_with_the_owner_told(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    advisor = await web.signed_in(shop.advisor)
    asked = f"/workshop/promises-at-risk?store_id={shop.store.id}"
    assert (await advisor.get(asked)).json() == [], "the work ends at 10:30, promised is 11:30"
    await clock.set_to(make.slot(11, 20))
    advisor = await web.signed_in(shop.advisor)
    (row,) = (await advisor.get(asked)).json()
    assert (row["risk"], row["reason"], row["blocking"]) == ("OVERRUN", "施工延长", ["小保养"])
    assert row["late_minutes"] > 0
    body = {"promised_finish_at": row["finish_at"], "reason": row["reason"], "version": row["version"]}
    moved = (await advisor.post(f"/repair-orders/{order.id}/promise", json=body)).json()
    assert moved["promised_finish_at"] == row["finish_at"]
    assert moved["first_promised_at"] == row["promised_at"], "the first promise is what punctuality is measured by"
    assert (await advisor.get(asked)).json() == []
    assert await Message.exists(template="repair_progress", customer_id=shop.customer.id)
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    assert (await elsewhere.get(asked)).status_code == 403
