"""While Valkey is down, refuses or hangs, everything people do goes on, slower and with stricter limits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from app.embedded import EmbeddedValkey
from app.embedded.ports import free_port
from crm_core.dealerships import sessions
from crm_core.repair_orders import work
from crm_core.repair_orders.rules import PauseReason
from crm_core.vehicles.models import Ownership
from foundation import cache, clock, jobs, live
from foundation.cache import AWAY_SECONDS, OWN_SHARE, RateLimit
from foundation.settings import get_settings
from tests import factories as make
from tests.checkout import make_checkout
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web
from tests.pictures import picture
from tests.workshop import make_workshop

MOST_SECONDS = 5.0
"""The longest an answer may take that otherwise takes milliseconds; a page gives up after ten seconds."""

Leave = Callable[[], Awaitable[None]]


@pytest.fixture(params=["refuses", "is silent"])
async def valkey_leaves(
    request: pytest.FixtureRequest, database: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Leave]:
    """Call it, and this process's Valkey refuses connections, or takes them and never answers."""
    async with contextlib.AsyncExitStack() as stack:

        async def leave() -> None:
            port = free_port()
            if request.param == "is silent":
                silent = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", port)
                stack.callback(silent.close)
            await live.close()
            await cache.close()
            monkeypatch.setenv("WEDEALER_REDIS_URL", f"redis://127.0.0.1:{port}/0")
            get_settings.cache_clear()

        yield leave
        await live.close()
        await cache.close()


async def test_an_owner_signs_in_shares_the_phone_binds_the_car_and_pays(
    town: Town, web: Web, valkey_leaves: Leave
) -> None:
    await clock.set_to(make.slot(12, 50))
    filed = await make.make_customer(town.store, phone="13800000002")
    car = await make.make_vehicle(filed, is_bound=False)
    await Ownership.filter(vehicle_id=car.id).update(filed_phone="13800000002")
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    await jobs.drain()
    advisor, payer = await web.signed_in(counter.advisor), await web.signed_in(counter.owner)
    bill = (await advisor.post(f"/repair-orders/{counter.order.id}/bill")).json()
    await valkey_leaves()
    began = monotonic()

    async with web.stranger() as phone:
        code = (await town.hand("POST", "people/li/login"))["code"]
        answer = await phone.post("/api/owner/sessions", json={"js_code": code})
        assert answer.status_code == 201, answer.text
        phone.headers["authorization"] = f"Bearer {answer.json()['token']}"
        code = (await town.hand("POST", "people/li/phone-code"))["code"]
        answer = await phone.put("/api/owner/me/phone", json={"code": code})
        assert (answer.status_code, answer.json()["phone"]) == (200, "13800000002")
        answer = await phone.post("/api/owner/vehicles", json={"vin_last6": car.vin[-6:]})
        assert (answer.status_code, answer.json()["state"]) == (201, "BOUND")
        answer = await phone.post("/api/owner/media", content=picture())
        assert answer.status_code == 201, answer.text

    assert (await advisor.post(f"/bills/{bill['id']}/sending", json={"version": bill["version"]})).status_code == 200
    await town.settle()
    sent = (await payer.get(f"/bills/{bill['id']}")).json()
    prepaid = await payer.put(f"/bills/{bill['id']}/payment", json={"version": sent["version"]})
    assert prepaid.status_code == 200, prepaid.text
    sheet = await town.hand("POST", "people/zhang/payments", prepaid.json()["parameters"])
    await town.hand("POST", f"people/zhang/payments/{sheet['out_trade_no']}/confirm")
    await town.settle()
    assert (await payer.get(f"/bills/{bill['id']}/payment")).json()["bill_state"] == "PAID"
    assert monotonic() - began < 8 * MOST_SECONDS


async def test_a_member_of_staff_signs_in_with_wecom(town: Town, web: Web, valkey_leaves: Leave) -> None:
    await valkey_leaves()
    code = (await town.hand("POST", "oauth/choose", {"userid": "LiMin"}))["code"]
    async with web.stranger() as browser:
        began = monotonic()
        leads_to = httpx.URL((await browser.get("/api/staff/sign-in")).json()["wecom_url"])
        answer = await browser.post("/api/staff/sessions", json={"code": code, "state": leads_to.params["state"]})
        assert answer.status_code == 201, answer.text
        assert monotonic() - began < MOST_SECONDS


async def test_a_token_is_fetched_once_by_a_process_however_long_it_is_away(town: Town, valkey_leaves: Leave) -> None:
    await valkey_leaves()
    await town.settle()
    before = _token_calls(town)
    way = await town.contact_way()
    for person in ("zhang", "li"):
        await town.hand("POST", f"people/{person}/scan", {"code": way.config_id})
        await town.settle()
    assert len(town.chats()) >= 2, "both were welcomed"
    assert _token_calls(town) - before <= 1


def _token_calls(town: Town) -> int:
    return sum("gettoken" in entry.name for entry in town.simulation.world.log)


async def test_a_limit_is_kept_by_the_process_alone_and_stricter(valkey_leaves: Leave) -> None:
    limit = RateLimit("probe", limit=8, period_seconds=3600)
    assert [await limit.wait_seconds("a") for _ in range(3)] == [0, 0, 0]
    await valkey_leaves()
    waits = [await limit.wait_seconds("a") for _ in range(4)]
    assert waits[: 8 // OWN_SHARE] == [0, 0]
    assert all(wait > 3600 / 8 for wait in waits[8 // OWN_SHARE :])
    assert await limit.wait_seconds("b") == 0, "each key has its own count"


async def test_only_the_first_of_many_waits_for_its_answer(valkey_leaves: Leave) -> None:
    await valkey_leaves()
    await cache.get("anything")
    began = monotonic()
    for _ in range(200):
        assert await cache.get("anything") is None
        async with cache.lock("anything"):
            pass
    assert monotonic() - began < AWAY_SECONDS / 2


async def test_a_live_page_hears_of_what_happens(web: Web, valkey_leaves: Leave) -> None:
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    token = await sessions.begin(shop.owner)
    await valkey_leaves()
    address = f"ws://127.0.0.1:{web.port}/api/owner/repair-orders/{order.id}/live?after={order.last_event_no}"
    async with connect(f"{address}&token={token}") as socket:
        # Valkey is away for the socket too, so no hint arrives when the order changes.
        await work.pause(shop.technician, line.id, PauseReason.OTHER)
        heard = orjson.loads(await asyncio.wait_for(socket.recv(), MOST_SECONDS))
        assert heard["number"] == order.last_event_no + 1


async def test_it_is_used_again_when_it_is_back(
    database: None, monkeypatch: pytest.MonkeyPatch, valkey: EmbeddedValkey, tmp_path
) -> None:
    with EmbeddedValkey(tmp_path / "valkey", durable=False) as own:
        await cache.close()
        monkeypatch.setenv("WEDEALER_REDIS_URL", own.url)
        get_settings.cache_clear()
        await cache.put("token", "first", seconds=60)
        async with live.subscribe("channel") as hints:
            await live.publish("channel", {"number": 1})
            await _until_heard(hints, 1)
            own.stop()
            assert not await cache.answers()
            assert await cache.get("token") == "first", "what this process put itself"
            await live.publish("channel", {"number": 2})
            await _until_heard(hints, 2)
            own.start(own.port)
            async with asyncio.timeout(MOST_SECONDS):
                while await cache.get("token") is not None:
                    await asyncio.sleep(0.05)
            async with asyncio.timeout(MOST_SECONDS):
                while hints.empty() or (await hints.get()).get("number") != 3:
                    await live.publish("channel", {"number": 3})
                    await asyncio.sleep(0.05)
        await live.close()
        await cache.close()


async def _until_heard(hints: "asyncio.Queue[dict[str, object]]", number: int) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while (await hints.get()).get("number") != number:
            pass
