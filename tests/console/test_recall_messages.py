"""What the page of a call sheet asks when a clerk writes in WeCom instead of calling."""

from crm_core.dealerships.models import Role
from foundation.settings import get_settings
from integrations.wecom import wecom_client
from integrations.wecom.js_sdk import js_sdk_signature
from tests import factories as make
from tests.crm_core.tasks.people import make_due, night
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web


async def test_the_texts_of_a_sheet_are_for_those_who_see_the_sheet(web: Web):
    store = await make.make_store()
    owner, _ = await make_due(store)
    await night()
    caller = await web.signed_in(await make.acting(Role.CRC, store))
    answer = await caller.get(f"/task-sheets/{owner.id}/messages")
    assert answer.status_code == 200, answer.text
    assert [text["refusal"] for text in answer.json()["texts"]] == ["还没同意这种营销联系，不能联系。"]
    stranger = await web.signed_in(await make.acting(Role.CRC, await make.make_store()))
    assert (await stranger.get(f"/task-sheets/{owner.id}/messages")).status_code == 403


async def test_only_our_own_pages_are_signed(town: Town, web: Web):
    caller = await web.signed_in(await make.acting(Role.CRC, await make.make_store()))
    page = f"{get_settings().public_url}/console/tasks/sheets/1"
    signed = (await caller.get("/wecom-page-signatures", params={"url": page})).json()
    config = signed["config"]
    ticket = (await wecom_client().wechatpy.jsapi.get_ticket())["ticket"]
    assert config["signature"] == js_sdk_signature(ticket, config["nonce"], config["timestamp"], page)
    assert signed["agent_config"]["signature"] != config["signature"]
    for foreign in ("https://elsewhere.example/console/", f"{get_settings().public_url}.elsewhere.example/console/"):
        refused = await caller.get("/wecom-page-signatures", params={"url": foreign})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_our_page")
