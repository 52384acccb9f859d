"""Whose session a request is, and where its token may come from."""

from crm_core.dealerships import sessions
from crm_core.dealerships.models import Role
from tests import factories as make
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
