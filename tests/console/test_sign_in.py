"""How a request is assigned to a session, and where its token may come from."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx

from crm_core.customers.merging import merge
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import AuditEntry, Role
from foundation.models import IdempotentAnswer
from tests import factories as make
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web


async def test_a_token_in_an_address_opens_nothing_but_a_live_page(web: Web):
    store = await make.make_store(advisors=0)
    token = await sessions.begin(await make.acting(Role.SA, store))
    async with web.stranger() as browser:
        for method, path in (
            ("GET", "me"),
            ("DELETE", "sessions/current"),
            ("GET", f"appointments?store_id={store.id}"),
        ):
            answer = await browser.request(method, f"/api/staff/{path}", params={"token": token})
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated"), path
        live = f"/api/staff/stores/{store.id}/live"
        async with browser.stream("GET", live, params={"token": token}) as stream:
            assert stream.status_code == 200
        assert (await browser.get(live, params={"token": "forged"})).status_code == 401


async def test_who_signed_out_is_out(web: Web):
    client = await web.signed_in(await make.acting(Role.SA, await make.make_store(advisors=0)))
    assert (await client.get("me")).status_code == 200
    assert (await client.delete("sessions/current")).status_code == 204
    assert (await client.get("me")).status_code == 401


def _browser(web: Web, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser on a machine of its own: every address of 127.0.0.0/8 is ours."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=f"{web.address}/api/staff", transport=transport, timeout=30)


async def _state(browser: httpx.AsyncClient) -> str:
    options = (await browser.get("/sign-in")).json()
    (state,) = parse_qs(urlsplit(options["wecom_url"]).query)["state"]
    return str(state)


async def _sign_in(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    return await browser.post("/sessions", json={"code": code, "state": await _state(browser)})


async def _code(town: Town) -> str:
    return str((await town.hand("POST", "oauth/choose", {"userid": "limin"}))["code"])


async def test_wecoms_answer_is_worth_something_once_and_only_in_the_browser_that_asked(town: Town, web: Web):
    async with _browser(web) as mine, _browser(web) as anothers:
        state = await _state(mine)
        lured = await anothers.post("/sessions", json={"code": await _code(town), "state": state})
        assert (lured.status_code, lured.json()["error"]["code"]) == (401, "login_expired")
        wanted = {"code": await _code(town), "state": state}
        assert (await mine.post("/sessions", json=wanted)).status_code == 201
        again = await mine.post("/sessions", json=wanted | {"code": await _code(town)})
        assert (again.status_code, again.json()["error"]["code"]) == (401, "login_expired")


async def test_twelve_clients_with_invented_codes_do_not_spend_the_sign_ins_of_others(town: Town, web: Web):
    async with _browser(web) as first:
        await _sign_in(first, await _code(town))
    asked_before = town.calls("auth/getuserinfo")

    async def rush(number: int) -> list[int]:
        async with _browser(web, "127.0.0.9") as client:
            return [(await _sign_in(client, f"junk-{number}-{turn}")).status_code for turn in range(5)]

    answers = [status for statuses in await asyncio.gather(*map(rush, range(12))) for status in statuses]
    assert sorted(set(answers)) == [401, 429]
    assert answers.count(401) == town.calls("auth/getuserinfo") - asked_before == 10
    async with _browser(web, "127.0.0.9") as refused:
        answer = await _sign_in(refused, "junk")
        assert answer.json()["error"]["code"] == "too_many_attempts"
        assert 0 < int(answer.headers["retry-after"]) <= 60
    async with _browser(web, "127.0.0.10") as office:
        for _ in range(15):
            assert (await _sign_in(office, await _code(town))).status_code == 201


async def test_a_revealed_number_is_not_kept_for_a_repeated_key_and_each_look_is_in_the_log(web: Web):
    store = await make.make_store(advisors=0)
    customer = await make.make_customer(store, phone="13812345678")
    care = await web.signed_in(await make.acting(Role.CRC, store))
    for _ in range(2):
        answer = await care.post(
            f"/customers/{customer.id}/phone-reveals",
            json={"reason": "联系取车"},
            headers={"idempotency-key": "reveal-once-1"},
        )
        assert (answer.status_code, answer.json()["phone"]) == (201, "13812345678")
    assert await AuditEntry.filter(action="customers.reveal_phone").count() == 2
    assert not await IdempotentAnswer.exists()


async def test_an_owner_whose_record_was_merged_sees_the_record_that_is_theirs_at_once(web: Web):
    store = await make.make_store(advisors=0)
    kept, merged = await make.make_customer(store, name="张伟"), await make.make_customer(store, name="张伟")
    await make.make_vehicle(kept)
    owner = await web.signed_in(make.acting_owner(merged, openid="oM-zhang"))
    assert (await owner.get("/vehicles")).json() == []
    await merge(system("test"), kept.id, merged.id, reason="同一人")
    assert len((await owner.get("/vehicles")).json()) == 1
