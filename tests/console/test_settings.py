"""设置 over HTTP: the same endpoints for every list, with the version that was seen."""

import asyncio

import httpx

from crm_core.dealerships.models import Bay, Role
from tests import factories as make
from tests.fixtures.web import Web


async def _row(client: httpx.AsyncClient, bay_id: int) -> dict[str, object]:
    page = (await client.get("/settings/lists/bays/rows")).json()
    return dict(next(row for row in page["items"] if row["id"] == bay_id))


async def test_a_bay_is_added_changed_looked_into_ended_and_taken_up_again(web: Web):
    store = await make.make_store(advisors=0)
    manager = await web.signed_in(await make.acting(Role.GM, store, name="赵建国"))
    assert "bays" in [each["key"] for each in (await manager.get("/settings/lists")).json()]
    view = (await manager.get("/settings/lists/bays")).json()
    assert [(each["name"], each["kind"]) for each in view["columns"]] == [
        ("store_id", "ROW"), ("name", "TEXT"), ("kind", "CHOICE"),
    ]  # fmt: skip
    values = {"store_id": store.id, "name": "快保9", "kind": "QUICK"}
    made = await manager.post("/settings/lists/bays/rows", json={"values": values})
    assert made.status_code == 201, made.text
    bay_id = made.json()["id"]
    path = f"/settings/lists/bays/rows/{bay_id}"
    change = {"values": {"kind": "EV"}, "version": (await _row(manager, bay_id))["version"]}
    assert (await manager.put(path, json=change)).status_code == 204
    stale = await manager.put(path, json=change | {"values": {"kind": "BODY"}})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    assert (await manager.get(f"{path}/uses")).json() == []
    end = {"version": (await _row(manager, bay_id))["version"], "reason": "拆了"}
    assert (await manager.post(f"{path}/end", json=end)).status_code == 204
    ended = (await manager.get("/settings/lists/bays/rows", params={"ended": True})).json()["items"]
    assert [row["name"] for row in ended] == ["快保9"]
    again = await manager.post(f"{path}/resumption", json={"version": ended[0]["version"]})
    assert again.status_code == 204
    history = (await manager.get(f"{path}/history")).json()
    assert [line["what"] for line in history] == ["恢复使用", "停用", "修改", "新增"]
    undone = await manager.post(
        f"{path}/changes/{history[2]['id']}/undo", json={"version": (await _row(manager, bay_id))["version"]}
    )
    assert undone.status_code == 204, undone.text
    assert (await Bay.get(id=bay_id)).kind == "QUICK"


async def test_of_two_who_save_at_the_same_moment_one_is_told(web: Web):
    store = await make.make_store(advisors=0)
    admin = await web.signed_in(await make.acting(Role.ADM))
    bay = await Bay.filter(store_id=store.id).first()
    assert bay is not None
    version = (await _row(admin, bay.id))["version"]
    answers = await asyncio.gather(*(
        admin.put(f"/settings/lists/bays/rows/{bay.id}", json={"values": {"name": name}, "version": version})
        for name in ("一号", "二号")
    ))  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    won = next(name for name, answer in zip(("一号", "二号"), answers, strict=True) if answer.status_code == 204)
    assert (await Bay.get(id=bay.id)).name == won
