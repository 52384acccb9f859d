"""通知文案 over HTTP: the parts with their frame, a look before saving, saving, the conflict, and who may."""

from crm_core.dealerships.models import Role
from tests import factories as make
from tests.fixtures.web import Web

HINT = "/message-wordings/appointment_reminder/subscribe.hint"


async def test_a_manager_looks_saves_and_sees_the_history(web: Web):
    store = await make.make_store(short_name="南山")
    manager = await web.signed_in(await make.acting(Role.GM, store, name="王强"))
    listed = {f"{each['message']}/{each['part']}": each for each in (await manager.get("/message-wordings")).json()}
    part = listed["appointment_reminder/subscribe.hint"]
    assert (part["title"], part["name"], part["limit"]) == ("到店提醒", "提示", "最多 20 个字")
    assert listed["repair_progress/subscribe.explanation.postponed"]["values"] == ["原因", "晚多久"]
    assert listed["repair_progress/subscribe.explanation.postponed"]["variant"] == "完工顺延"
    look = await manager.post(f"{HINT}/preview", json={"words": "到店送好礼", "store_id": store.id})
    assert look.status_code == 200
    assert "营销词" in look.json()["problems"][0]
    wanted = {"words": "门口有人接您", "store_id": store.id, "reason": "有礼宾", "version": 0}
    refused = await manager.post(f"{HINT}/changes", json={**wanted, "words": "到店送好礼"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "wording_refused")
    made = await manager.post(f"{HINT}/changes", json=wanted)
    assert made.status_code == 201
    (line,) = made.json()["history"]
    assert (line["words"], line["store"], line["changed_by"]) == ("门口有人接您", "南山", "王强")
    stale = await manager.post(f"{HINT}/changes", json={**wanted, "words": "欢迎您"})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    group = await manager.post(f"{HINT}/changes", json={**wanted, "store_id": None})
    assert (group.status_code, group.json()["error"]["code"]) == (403, "wording_of_group")
    technician = await web.signed_in(await make.acting(Role.TEC, store))
    assert (await technician.get("/message-wordings")).status_code == 403
