"""开始使用 over HTTP: what is left is read from facts, secrets show four characters, connections are tested there."""

from crm_core.dealerships.models import Role
from foundation.settings import get_settings
from tests import factories as make
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web


async def test_what_is_left_follows_from_facts(web: Web):
    admin = await web.signed_in(await make.acting(Role.ADM))
    left = {step["key"]: step["left"] for step in (await admin.get("/moving-in")).json()}
    assert list(left) == [
        "connect", "directory", "stores", "holidays", "people", "prices", "cars", "mini-program", "payment",
        "broadcast",
    ]  # fmt: skip
    assert left["stores"] == ["还没有门店"]
    assert "还没有服务项目" in left["prices"]
    assert (await admin.get("/me")).json()["is_fresh"]
    await make.make_store(address="汽车大道 1 号", phone="0755-12345678")
    await make.make_service_item()
    await make.make_vehicle()
    left = {step["key"]: step["left"] for step in (await admin.get("/moving-in")).json()}
    assert (left["stores"], left["prices"], left["cars"], left["directory"]) == ([], [], [], [])
    assert left["people"] == ["有门店还没有派工的人", "有门店还没有收银"]
    assert not (await admin.get("/me")).json()["is_fresh"]


async def test_a_secret_shows_its_last_four_characters_to_administrators_only(web: Web):
    store = await make.make_store(advisors=0)
    admin, manager = await web.signed_in(await make.acting(Role.ADM)), await make.acting(Role.GM, store)
    shown = {each["name"]: each for each in (await admin.get("/connections")).json()}
    secret = get_settings().wecom.agent_secret.get_secret_value()
    assert shown["WEDEALER_WECOM__AGENT_SECRET"] == {
        "name": "WEDEALER_WECOM__AGENT_SECRET", "is_there": True, "end": secret[-4:],
    }  # fmt: skip
    assert shown["WEDEALER_WECOM__CORP_ID"]["end"] == get_settings().wecom.corp_id
    assert (await (await web.signed_in(manager)).get("/connections")).status_code == 403


async def test_every_connection_is_tested_as_the_check_does(web: Web, town: Town):
    admin = await web.signed_in(await make.acting(Role.ADM))

    async def outcomes() -> dict[str, bool]:
        answer = await admin.post("/connections/test")
        assert answer.status_code == 200, answer.text
        return {each["name"]: each["is_good"] for each in answer.json()}

    found = await outcomes()
    assert [found[name] for name in ("PostgreSQL", "企业微信 应用凭证", "小程序 凭证", "微信支付 密钥")] == [True] * 4
    town.fail("getcallbackip", errcode=60020)
    assert not (await outcomes())["企业微信 应用凭证"]
