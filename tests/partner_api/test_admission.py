"""Who may call the partner API: a valid key, within its scopes, its stores and its calls per minute."""

from datetime import timedelta

import pytest

from crm_core.dealerships.models import Role
from crm_core.partners import keys
from crm_core.partners.models import ApiKey
from crm_core.partners.scopes import Scope
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.web import Web
from tests.partner_api.conftest import Program

WANG = {"rows": [{"external_id": "C0001", "name": "王芳", "phone": "13900001111"}]}


async def test_a_wrong_key_is_refused_and_many_wrong_ones_shut_the_address_out(program: Program):
    wrong = program.with_key("wdp_guessed")
    answers = [(await wrong.get("/stock-cars")).status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    good = await program.calling(await make.make_store())
    assert (await good.get("/stock-cars")).status_code == 200


async def test_a_flood_ends_at_the_limit_of_the_key_and_says_when_to_go_on(program: Program):
    store = await make.make_store()
    dms = await program.calling(store, calls_per_minute=3)
    answers = [await dms.get("/stock-cars") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    another = await program.calling(store, calls_per_minute=3)
    assert (await another.get("/stock-cars")).status_code == 200


async def test_a_scope_that_was_not_given_is_refused(program: Program):
    dms = await program.calling(await make.make_store(), scopes=[Scope.READ])
    assert (await dms.post("/customers", json=WANG)).json()["error"]["code"] == "not_allowed"
    assert (await dms.get("/stock-cars")).status_code == 200


async def test_personal_data_needs_its_own_scope(program: Program):
    store = await make.make_store()
    owner = await make.make_customer(store)
    await make.make_vehicle(owner)
    blind = (await (await program.calling(store, scopes=[Scope.READ])).get(f"/customers/{owner.id}")).json()
    assert (blind["name"], blind["phone"], blind["cars"][0]["vin"], blind["cars"][0]["plate"]) == (None,) * 4
    seeing = (await (await program.calling(store)).get(f"/customers/{owner.id}")).json()
    assert (seeing["name"], seeing["phone"], seeing["cars"][0]["plate"]) == ("张伟", "13812345678", "粤BD1245")


async def test_a_customer_of_another_store_is_not_there(program: Program):
    theirs = await make.make_customer(await make.make_store())
    dms = await program.calling(await make.make_store())
    assert (await dms.get(f"/customers/{theirs.id}")).status_code == 404


async def test_a_customer_is_found_by_the_programs_own_number_only(program: Program):
    store = await make.make_store()
    dms, erp = await program.calling(store), await program.calling(store, source_system="erp")
    await dms.post("/customers", json=WANG)
    found = (await dms.get("/customers", params={"external_id": "C0001"})).json()
    assert (found["external_id"], found["name"]) == ("C0001", "王芳")
    assert (await erp.get("/customers", params={"external_id": "C0001"})).status_code == 404
    assert (await erp.get(f"/customers/{found['id']}")).json()["external_id"] is None


async def test_a_rotated_key_is_good_for_another_day_and_an_ended_one_is_not(web: Web, program: Program):
    store = await make.make_store()
    desk = await web.signed_in(await make.acting(Role.GM, store))
    body = {"name": "DMS", "source_system": "dms", "store_ids": [store.id], "scopes": [Scope.READ.value]}
    made = (await desk.post("/api-keys", json=body)).json()
    old = program.with_key(made["token"])
    assert (await old.get("/stock-cars")).status_code == 200
    rotated = (await desk.post(f"/api-keys/{made['id']}/rotation", json={"version": 1})).json()
    new = program.with_key(rotated["token"])
    assert [(await one.get("/stock-cars")).status_code for one in (old, new)] == [200, 200]
    await clock.advance(timedelta(hours=25))
    assert [(await one.get("/stock-cars")).status_code for one in (old, new)] == [401, 200]
    desk = await web.signed_in(await make.acting(Role.GM, store))
    assert (await desk.post(f"/api-keys/{made['id']}/end", json={"version": 1})).status_code == 409
    assert (await desk.post(f"/api-keys/{made['id']}/end", json={"version": 2})).status_code == 204
    assert (await new.get("/stock-cars")).status_code == 401


async def test_a_key_is_kept_as_a_digest_and_shown_once(web: Web):
    store = await make.make_store()
    desk = await web.signed_in(await make.acting(Role.ADM))
    body = {"name": "DMS", "source_system": "dms", "store_ids": [store.id], "scopes": [Scope.READ.value]}
    token = (await desk.post("/api-keys", json=body)).json()["token"]
    assert token not in (await desk.get("/api-keys")).text
    kept = await ApiKey.get()
    assert token not in str(kept.__dict__.values())
    assert kept.hint == token[-4:]


async def test_a_key_expires(program: Program, database: None):
    made = await keys.make(
        await make.acting(Role.ADM), name="DMS", source_system="dms", store_ids=[(await make.make_store()).id],
        scopes=[Scope.READ], calls_per_minute=60, expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    client = program.with_key(made.token)
    assert (await client.get("/stock-cars")).status_code == 200
    await clock.advance(timedelta(days=1))
    assert (await client.get("/stock-cars")).status_code == 401


async def test_nobody_makes_a_key_for_a_store_they_do_not_lead(database: None):
    here, there = await make.make_store(), await make.make_store()
    for actor in (await make.acting(Role.GM, here), await make.acting(Role.SA, there)):
        with pytest.raises(NotAllowed):
            await keys.make(
                actor, name="DMS", source_system="dms", store_ids=[here.id, there.id], scopes=[Scope.READ],
                calls_per_minute=60,
            )  # fmt: skip
