"""渠道活码 in the console: made, changed, ended, and kept from other stores."""

from crm_core.dealerships.models import Role
from foundation import jobs
from tests import factories as make
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web


async def test_a_marketer_makes_changes_and_ends_a_code(web: Web, town: Town):
    marketer = await web.signed_in(await make.acting(Role.MKT, town.store))
    body = {"name": "展厅海报", "staff_id": town.wang.id, "source": "SHOW", "occasion": "国庆车展"}
    made = await marketer.post("/contact-ways", json=body | {"mark": "hall-2026"})
    assert made.status_code == 201, made.text
    path = f"/contact-ways/{made.json()['id']}"
    assert (made.json()["state"], made.json()["mark"], made.json()["store"]) == (
        "PENDING",
        "hall-2026",
        town.store.short_name,
    )
    assert (await marketer.get(f"{path}/picture")).status_code == 409
    await jobs.drain()
    picture = await marketer.get(f"{path}/picture")
    assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG")
    changed = await marketer.put(path, json=body | {"staff_id": town.li.id, "version": 1})
    assert (changed.status_code, changed.json()["staff"], changed.json()["state"]) == (200, town.li.name, "MOVING")
    assert (await marketer.put(path, json=body | {"version": 1})).status_code == 409
    ended = await marketer.post(f"{path}/end", json={"version": 2})
    assert (ended.status_code, ended.json()["state"]) == (200, "ENDING")
    await jobs.drain()
    assert (await marketer.get("/contact-ways")).json()["items"] == []
    [gone] = (await marketer.get("/contact-ways", params={"state": "ENDED"})).json()["items"]
    assert gone["ended_by"]


async def test_those_who_read_do_not_write_and_strangers_see_nothing(web: Web, town: Town):
    way = await town.contact_way()
    reader = await web.signed_in(await make.acting(Role.SVM, town.store))
    assert [row["id"] for row in (await reader.get("/contact-ways")).json()["items"]] == [way.id]
    assert (await reader.post(f"/contact-ways/{way.id}/end", json={"version": 1})).status_code == 403
    other = await web.signed_in(await make.acting(Role.MKT, await make.make_store()))
    assert (await other.get(f"/contact-ways/{way.id}")).status_code == 403
    assert (await other.get(f"/contact-ways/{way.id}/picture")).status_code == 403


async def test_a_link_shows_its_addresses_and_the_quota_it_uses_up(web: Web, town: Town):
    marketer = await web.signed_in(await make.acting(Role.MKT, town.store))
    assert (await marketer.get("/acquisition-quota")).json() == {"quota": None}
    await town.hand("POST", "acquisition-quota", {"friends": 50, "days": 30})
    body = {"name": "抖音广告", "staff_id": town.wang.id, "source": "MARKETING_AD", "kind": "LINK", "mark": "douyin-1"}
    made = await marketer.post("/contact-ways", json=body)
    assert (made.status_code, made.json()["link"]) == (201, None)
    await jobs.drain()
    path = f"/contact-ways/{made.json()['id']}"
    assert (await marketer.get(path)).json()["link"].endswith("?customer_channel=douyin-1")
    assert (await marketer.get(f"{path}/picture")).status_code == 409
    assert (await marketer.get("/contact-ways", params={"kind": "CODE"})).json()["items"] == []
    left = (await marketer.get("/acquisition-quota")).json()["quota"]
    assert (left["total"], left["balance"], left["lapsing"][0]["balance"]) == (50, 50, 50)
    mechanic = await web.signed_in(await make.acting(Role.TEC, town.store))
    assert (await mechanic.get("/acquisition-quota")).status_code == 403
