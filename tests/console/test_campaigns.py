"""Segments, broadcasts and approvals through the staff API: what a marketer does, and what others may not do."""

from typing import Any

from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.campaigns.broadcasts.house import STARTS_AT, make_house
from tests.campaigns.people import SLEEPING, make_coupon_template
from tests.console.conftest import Desk


async def _saved(desk: Desk, actor: Any) -> dict[str, Any]:
    answer = await desk.ask(actor, "POST", "/segments", json={"name": "沉睡车主", "definition": SLEEPING})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_plan_goes_from_a_question_to_its_approval(desk: Desk):
    house = await make_house(40)
    marketer, manager = house.marketer, house.manager
    editor = await desk.get(marketer, "/segments/editor")
    assert {"dormancy", "series", "insurance_ends", "coupon"} <= {one["field"] for one in editor["conditions"]}
    assert editor["ready_made"][0]["name"] == "沉睡车主"
    assert set(editor["choices"]) == {"templates", "campaigns", "lists", "items", "customer_fields", "car_fields"}
    counted = (await desk.ask(marketer, "POST", "/segments/preview", json={"definition": SLEEPING})).json()
    assert (counted["people"], counted["reachable"], counted["remaining"]) == (40, 40, [40])
    assert (counted["channel_label"], await desk.get(marketer, "/mass-channels")) == (
        "企微群发",
        [
            {"name": "WECOM_MASS", "label": "企微群发", "reach_fen": 30, "only": ""},
            {"name": "CALL_LIST", "label": "人工电话", "reach_fen": 300, "only": ""},
            {"name": "SMS_MASS", "label": "短信", "reach_fen": 5, "only": ""},
            {
                "name": "SUBSCRIBE_MASS",
                "label": "订阅消息",
                "reach_fen": 0,
                "only": "保养到期提醒：车辆、应保养日、门店、提示",
            },
        ],
    )
    people = (await desk.ask(marketer, "POST", "/segments/sample", json={"definition": SLEEPING})).json()
    assert {person["name"] for person in people} == {"车*"}
    segment = await _saved(desk, marketer)
    template = await make_coupon_template()
    body = {
        "name": "X6 车主回店礼",
        "segment_id": segment["id"],
        "season_line": "天冷了，刹车和电瓶值得看一看。",
        "coupon_template_id": template.id,
        "budget_fen": 40_000_00,
        "starts_at": STARTS_AT.isoformat(),
    }
    plan = (await desk.ask(marketer, "POST", "/broadcasts", json=body)).json()
    assert "天冷了" in plan["message_text"]
    estimate = await desk.get(marketer, f"/broadcasts/{plan['id']}/estimate")
    assert (estimate["planned"], estimate["control"]) == (38, 2)
    path = f"/broadcasts/{plan['id']}/submission"
    plan = (await desk.ask(marketer, "POST", path, json={"version": plan["version"]})).json()
    assert plan["state"] == "PENDING_APPROVAL"
    for asked, names in (
        ({"state": "PENDING_APPROVAL"}, ["X6 车主回店礼"]),
        ({"state": "DRAFT"}, []),
        ({"q": "沉睡车"}, ["X6 车主回店礼"]),
        ({"q": "%"}, []),
    ):
        listed = await desk.get(marketer, "/broadcasts", **asked)
        assert [one["name"] for one in listed["items"]] == names, asked
    waiting = await desk.get(manager, "/approvals", view="to_decide")
    assert [(one["title"], one["customer_count"]) for one in waiting["items"]] == [("X6 车主回店礼", 40)]
    decision = {"agree": True, "version": waiting["items"][0]["version"]}
    path = f"/approvals/{plan['approval_id']}/decision"
    assert (await desk.ask(marketer, "POST", path, json=decision)).status_code == 403
    assert (await desk.ask(manager, "POST", path, json=decision)).json()["state"] == "APPROVED"
    second = await desk.ask(manager, "POST", path, json=decision)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "already_decided")
    assert (await desk.get(marketer, f"/broadcasts/{plan['id']}"))["state"] == "SCHEDULED"
    assert [one["id"] for one in (await desk.get(marketer, "/broadcasts"))["items"]] == [plan["id"]]
    progress = await desk.get(marketer, f"/broadcasts/{plan['id']}/progress")
    assert progress["counts"]["planned"] == 0
    results = await desk.get(manager, f"/broadcasts/{plan['id']}/results")
    assert results["lift"] is None
    assert (await desk.get(marketer, "/approvals", view="mine"))["items"][0]["decisions"][0]["is_agreed"]


async def test_others_learn_nothing_and_bad_questions_are_told_where(desk: Desk):
    house = await make_house(3)
    segment = await _saved(desk, house.marketer)
    technician = await make.acting(Role.TEC, house.store)
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    for path in ("/segments", "/broadcasts", "/approvals", "/segments/editor", "/mass-channels"):
        assert (await desk.ask(technician, "GET", path)).status_code == 403
    assert (await desk.ask(stranger, "GET", f"/segments/{segment['id']}")).status_code == 404
    assert (await desk.ask(stranger, "GET", "/broadcasts/1/progress")).status_code == 404
    bad = {"definition": {"match": "all", "items": [{"field": "friend", "value": True}, {"field": "spend"}]}}
    answer = await desk.ask(house.marketer, "POST", "/segments/preview", json=bad)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"]["problems"] == [{"path": "2", "message": "缺少下限或上限"}]
    by_pigeon = {"definition": SLEEPING, "channel": "PIGEON"}
    assert (await desk.ask(house.marketer, "POST", "/segments/preview", json=by_pigeon)).status_code == 422
    update = {"name": "x", "definition": SLEEPING, "version": 9}
    answer = await desk.ask(house.marketer, "PUT", f"/segments/{segment['id']}", json=update)
    assert (answer.status_code, answer.json()["error"]["details"]["current_version"]) == (409, 1)
    assert (await desk.ask(house.marketer, "DELETE", f"/segments/{segment['id']}?version=1")).status_code == 204
    assert await desk.get(house.marketer, "/segments") == []
    assert clock.today() == make.MONDAY
