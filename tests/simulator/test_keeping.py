"""The world survives a restart of the process, the log stays bounded, and the page is told of changes."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from app.embedded import EmbeddedPostgres
from simulator import platform_log
from simulator.platform_log import scrub
from simulator.server import running
from simulator.settings import SimulatorSettings
from tests.fixtures.servers import Environment
from tests.simulator.stand import Listener, Merchant, Stand


async def test_a_second_start_finds_the_same_people_chats_and_time_bound_rights(
    postgres: EmbeddedPostgres, sim_settings: SimulatorSettings, product: Listener, merchant: Merchant
) -> None:
    sim_settings.database_url = postgres.url
    sim_settings.shared_clock = False
    async with running(sim_settings) as simulation:
        stand = Stand(sim_settings, simulation, product, merchant)
        await stand.hand("POST", "reset")
        people = [{"person_id": "zhang", "nickname": "张伟", "phone": "13800000001"}]
        await stand.hand("POST", "import", {"staff": [{"userid": "WangFang", "name": "王芳"}], "people": people})
        pair = (await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"}))["friendship"]
        key = pair["external_userid"]
        chat = {"userid": "WangFang", "external_userid": key, "sender": "person", "content": {"content": "你好\u0000"}}
        await stand.hand("POST", "chats", chat)
        token = (await stand.get_token())["access_token"]
        await stand.http.close()
    sim_settings.port = 0
    async with running(sim_settings) as simulation:
        stand = Stand(sim_settings, simulation, product, merchant)
        assert (await stand.get_token())["access_token"] == token
        assert (await stand.wecom("externalcontact/get", external_userid=key))["follow_user"][0]["userid"] == "WangFang"
        shown = await stand.hand("GET", f"chats?userid=WangFang&external_userid={key}")
        assert [row["content"]["content"] for row in shown["messages"]] == ["你好"]
        await stand.hand("POST", "reset")
        assert (await stand.hand("GET", "people"))["total"] == 0
        await stand.http.close()


async def test_the_log_keeps_only_the_newest(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_log, "MAX_ENTRIES", 5)
    for _ in range(9):
        await stand.wecom("getcallbackip")
    assert len((await stand.hand("GET", "log"))["entries"]) == 5


async def test_the_log_pages_and_filters(stand: Stand) -> None:
    for _ in range(3):
        await stand.wecom("getcallbackip")
    await stand.wecom("user/get", userid="nobody")
    page = await stand.hand("GET", "log?limit=2&name=getcallbackip")
    rest = await stand.hand("GET", f"log?limit=2&name=getcallbackip&before={page['before']}")
    assert (len(page["entries"]), len(rest["entries"])) == (2, 1)
    assert [row["name"] for row in (await stand.hand("GET", "log?code=60111"))["entries"]] == ["user/get"]


def test_credentials_are_cut_out_of_the_log() -> None:
    text = scrub('/wecom/cgi-bin/x?access_token=abcdefghijkl&userid=1 {"access_token":"abcdefghijkl","errcode":40014}')
    assert "abcdefghijkl" not in text
    assert '"errcode":40014' in text


async def test_the_page_hears_what_happens(stand: Stand) -> None:
    async with stand.http.get("/control/events") as response:
        assert response.content_type == "text/event-stream"
        await response.content.readuntil(b"\n\n")
        await stand.hand("POST", "people", {"nickname": "李娜", "phone": "13800000002"})
        async with asyncio.timeout(3):
            frame = await response.content.readuntil(b"\n\n")
    assert b"event: person" in frame
    assert "李娜".encode() in frame


async def test_importing_twice_changes_nothing(stand: Stand) -> None:
    people = [{"person_id": f"p{n}", "nickname": f"客户{n}", "phone": f"139{n:08d}"} for n in range(2000)]
    friendships = [
        {"userid": "WangFang", "person_id": row["person_id"], "created_at": 1_700_000_000, "remark": "老客户"}
        for row in people
    ]
    body = {"people": people, "friendships": friendships}
    first = await stand.hand("POST", "import", body)
    second = await stand.hand("POST", "import", body)
    assert first == second
    assert (await stand.hand("GET", "state"))["counts"]["Friendship"] == 2000
    assert stand.product.received == []


async def test_hands_say_what_is_wrong(stand: Stand) -> None:
    missing: Any = await stand.hand("GET", "people/nobody", status=404)
    assert missing["error"]["code"] == "no_person"
    await stand.hand("POST", "people/zhang/scan", {"code": "nonsense"}, status=404)
    await stand.hand("POST", "people/zhang/add", {}, status=422)
    await stand.hand("POST", "import", {"people": [{"nick": "x"}]}, status=422)
    await stand.hand("POST", "clock/advance", {"hours": -1}, status=409)


def test_settings_travel_to_another_process(sim_settings: SimulatorSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in sim_settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert SimulatorSettings() == sim_settings


@pytest.mark.usefixtures("database")
async def test_the_process_moves_the_clock_all_processes_share_and_stops_when_told(environment: Environment) -> None:
    variables = os.environ | environment.product | environment.simulator
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "simulator", env=variables, cwd=root)
    address = environment.product["WEDEALER_SIMULATOR_URL"]
    try:
        async with aiohttp.ClientSession(address) as http:
            await _answers(http)
            async with http.post("/control/clock/advance", json={"hours": 5}) as response:
                assert response.status == 200
        connection = await asyncpg.connect(environment.product["WEDEALER_DATABASE_URL"])
        assert await connection.fetchval("SELECT offset_seconds FROM clock_offset") == 5 * 3600
        await connection.close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def _answers(http: aiohttp.ClientSession) -> None:
    """Wait until the process answers."""
    async with asyncio.timeout(20):
        while True:
            try:
                async with http.get("/healthz") as response:
                    assert response.status == 200
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)
