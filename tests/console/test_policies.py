"""规则参数 over HTTP: one list with values and history, changes with the version that was seen."""

from datetime import timedelta
from typing import Any

from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web

RULE = "/policies/appointments/hold_minutes"


def _of(policies: list[dict[str, Any]], key: str, field: str) -> dict[str, Any]:
    (policy,) = (policy for policy in policies if policy["key"] == key)
    (rule,) = (rule for rule in policy["rules"] if rule["field"] == field)
    return dict(rule)


async def test_a_page_needs_nothing_but_the_list(web: Web):
    store = await make.make_store(short_name="南山")
    manager = await web.signed_in(await make.acting(Role.GM, store))
    rule = _of((await manager.get("/policies")).json(), "appointments", "hold_minutes")
    assert (rule["name"], rule["unit"], rule["least"], rule["most"]) == ("填写预约时占位", "分钟", 3, 30)
    assert (rule["source"], rule["default"], rule["default_told"]) == ("本店规定", 10, "10 分钟")
    assert rule["values"] == [
        {
            "store_id": None,
            "store": "集团",
            "value": 10,
            "told": "10 分钟",
            "is_own": False,
            "version": 0,
            "may_change": False,
        }
    ]
    assert rule["history"] == []


async def test_a_manager_sets_a_planned_value_takes_it_back_and_sees_both_in_the_history(web: Web):
    store = await make.make_store(short_name="南山")
    manager = await web.signed_in(await make.acting(Role.GM, store, name="王强"))
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    wanted = {"value": 20, "store_id": store.id, "reason": "车主填得慢", "version": 0, "effective_from": tomorrow}
    made = await manager.post(f"{RULE}/changes", json=wanted)
    assert made.status_code == 201
    (line,) = made.json()["history"]
    assert (line["told"], line["state"], line["changed_by"], line["store"]) == ("20 分钟", "PLANNED", "王强", "南山")
    stale = await manager.post(f"{RULE}/changes", json=wanted)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    withdrawn = await manager.post(f"/policy-changes/{line['id']}/withdrawal", json={"reason": "先不改"})
    (line,) = withdrawn.json()["history"]
    assert (line["state"], line["withdrawn_by"], line["withdrawn_reason"]) == ("WITHDRAWN", "王强", "先不改")
    own = next(value for value in withdrawn.json()["values"] if value["store_id"] == store.id)
    assert (own["value"], own["is_own"], own["version"], own["may_change"]) == (10, False, 2, True)


async def test_a_wrong_value_is_refused_in_words_and_other_stores_are_not_shown(web: Web):
    store, other = await make.make_store(), await make.make_store()
    admin = await web.signed_in(await make.acting(Role.ADM))
    too_long = await admin.post(f"{RULE}/changes", json={"value": 600, "reason": "试一试", "version": 0})
    assert too_long.status_code == 422
    assert "3 到 30 分钟" in too_long.text
    body = {"value": 20, "store_id": other.id, "reason": "试一试", "version": 0}
    assert (await admin.post(f"{RULE}/changes", json=body)).status_code == 201
    windows = {"value": [["09:30", "12:00"]], "reason": "试一试", "version": 0}
    changed = await admin.post("/policies/contact/message_windows/changes", json=windows)
    assert changed.json()["values"][0]["told"] == "09:30–12:00"
    manager = await web.signed_in(await make.acting(Role.GM, store))
    rule = _of((await manager.get("/policies")).json(), "appointments", "hold_minutes")
    assert [value["store_id"] for value in rule["values"]] == [None]
    assert rule["history"] == []
    technician = await web.signed_in(await make.acting(Role.TEC, store))
    assert (await technician.get("/policies")).status_code == 403


async def test_a_page_tells_every_colleague_what_holds_in_their_store(web: Web):
    store, other = await make.make_store(), await make.make_store()
    advisor = await web.signed_in(await make.acting(Role.SA, store))
    wanted = {"value": 180, "store_id": store.id, "reason": "人手少", "version": 0}
    manager = await web.signed_in(await make.acting(Role.GM, store))
    assert (await manager.post("/policies/appointments/confirm_within_minutes/changes", json=wanted)).status_code == 201

    async def told(path: str) -> str:
        answer = {row["rule"]: row["told"] for row in (await advisor.get(path)).json()}
        return str(answer["appointments.confirm_within_minutes"])

    assert await told(f"/policies/told?store_id={store.id}") == "3 小时"
    assert await told("/policies/told") == "2 小时", "what the group decides"
    assert (await advisor.get(f"/policies/told?store_id={other.id}")).status_code == 403
