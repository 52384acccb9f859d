"""唤醒池 through its endpoints: whoever reads it sees why somebody is in it."""

from datetime import date, timedelta

from crm_core.dealerships.models import Role
from foundation import clock, jobs
from tests import factories as make
from tests.campaigns.people import make_crowd, sellers
from tests.fixtures.web import Web


async def test_the_night_fills_the_pool_and_the_card_says_the_sum(web: Web):
    await clock.set_to(clock.at(date(2026, 11, 21), 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(2, store, await sellers(store, 1), last_visit_on=date(2025, 6, 1))
    await jobs.enqueue("waking.recount", {})
    await jobs.drain()
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    pool = (await marketer.get("/waking-pool", params={"state": "LAPSED"})).json()
    assert {row["customer_id"] for row in pool["items"]} == {crowd.first_id, crowd.first_id + 1}
    assert pool["items"][0]["path_word"] == "企微群发"
    figures = (await marketer.get("/waking-pool/figures")).json()
    assert {each["state"]: each["people"] for each in figures["states"]}["LAPSED"] == 2
    card = (await marketer.get(f"/waking-pool/{crowd.first_id}")).json()
    assert "过期超过 90 天，366–730 天没来，所以是流失" in card["state_why"]
    assert card["value_why"].startswith("价值 1.0 = R1×0.4 + F1×0.3 + M1×0.3")
    assert card["path_why"] == "是企微好友，同意企微营销。"
    assert card["contact_on"] == str(clock.today() + timedelta(days=5)), "a Thursday"


async def test_the_pool_goes_on_where_its_page_ended(web: Web):
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(3, store, await sellers(store, 1))
    await jobs.enqueue("waking.recount", {})
    await jobs.drain()
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    seen: list[int] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = (await marketer.get("/waking-pool", params={"limit": 1, **cursor})).json()
        seen += [row["customer_id"] for row in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [crowd.first_id, crowd.first_id + 1, crowd.first_id + 2]
    assert page["next_cursor"] is None


async def test_a_marketer_starts_the_loop_and_sees_whose_turn_it_is(web: Web):
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(2, store, await sellers(store, 1))
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    begun = await marketer.put(f"/stores/{store.id}/waking-loop", json={"is_running": True})
    assert begun.json()["stores"][0]["is_running"]
    again = await marketer.put(f"/stores/{store.id}/waking-loop", json={"is_running": True})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "loop_as_it_is")
    await jobs.enqueue("waking.recount", {})
    await jobs.drain()
    first = (await marketer.get("/waking-loop/tries", params={"limit": 1, "path": "MASS"})).json()
    rest = (await marketer.get("/waking-loop/tries", params={"cursor": first["next_cursor"]})).json()
    assert [row["customer_id"] for page in (first, rest) for row in page["items"]] == [
        crowd.first_id + 1,
        crowd.first_id,
    ]
    technician = await web.signed_in(await make.acting(Role.TEC, store))
    assert (await technician.get("/waking-loop")).status_code == 403


async def test_nobody_of_another_store_is_explained(web: Web):
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    crowd = await make_crowd(1, store, await sellers(store, 1))
    stranger = await web.signed_in(await make.acting(Role.MKT, other))
    assert (await stranger.get(f"/waking-pool/{crowd.first_id}")).status_code in {403, 404}
    technician = await web.signed_in(await make.acting(Role.TEC, store))
    assert (await technician.get("/waking-pool")).status_code == 403
