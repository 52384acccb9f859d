"""`wedealer demo`, started for real: everything comes up, one Ctrl-C stops it all, a second start keeps the data."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.demo import WEB_PORT
from app.demo_data import STORY_BEGINS
from app.embedded.ports import hold, hold_next
from app.embedded.state import scratch_folder
from foundation import clock
from tests.app.demo_process import NAMES, STOP_SECONDS, RunningDemo, status_of, title_of, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

MADE_ONCE = "制作演示数据"


def clock_begins() -> datetime:
    """The moment at which the clock of every new demo begins."""
    return datetime(*STORY_BEGINS, tzinfo=clock.SHANGHAI)


@pytest.fixture
async def demo() -> AsyncIterator[RunningDemo]:
    with scratch_folder() as folder:
        state = folder / "state"
        running = RunningDemo(state)
        yield running
        if running.process.returncode is None:
            running.process.kill()
            await running.process.communicate()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
async def test_it_comes_up_heals_stops_and_keeps_its_data(demo: RunningDemo) -> None:
    await demo.start(until=MADE_ONCE)
    demo.process.kill()
    await demo.process.communicate()

    assert MADE_ONCE in await demo.prepared(), "a killed start leaves nothing that counts as made"

    await demo.start()
    assert MADE_ONCE not in demo.said, "what was prepared is copied"
    assert "starting it again" not in demo.said, "nothing is started before what it needs is there"
    assert str(demo.folder) in demo.said
    assert f"http://127.0.0.1:{demo.simulator_port}/" in demo.said
    assert await status_of(demo.port, "/readyz") == 200
    assert await status_of(demo.simulator_port, "/healthz") == 200
    async with demo.database() as connection:
        await connection.execute("CREATE TABLE kept AS SELECT '还在' AS text")
    assert f"http://127.0.0.1:{demo.simulator_port}" in await demo.refused()

    await until(lambda: demo.pids().keys() == NAMES.keys())
    killed = demo.pids()["worker"]
    os.kill(killed, signal.SIGKILL)
    await until(lambda: demo.pids().get("worker") not in (None, killed))

    everything = demo.everything()
    assert len(everything) > len(NAMES) + 2, "four processes, two servers and their watchers"
    assert await demo.stop() == 0
    await until(lambda: not [pid for pid in everything if title_of(pid)])

    await demo.start()
    assert MADE_ONCE not in demo.said
    async with demo.database() as connection:
        assert await connection.fetchval("SELECT text FROM kept") == "还在"
    everything = demo.everything()
    demo.process.kill()
    await demo.process.communicate()
    await until(lambda: not [pid for pid in everything if title_of(pid)])

    await demo.start("--fresh")
    assert MADE_ONCE not in demo.said, "what was made once is copied"
    async with demo.database() as connection:
        assert await connection.fetchval("SELECT to_regclass('kept')") is None
        now = "SELECT clock_timestamp() + offset_seconds * interval '1 second' FROM clock_offset"
        assert (await connection.fetchval(now)) - clock_begins() < timedelta(minutes=5)
        await connection.execute("CREATE TABLE of_other_code ()")
        await connection.execute("INSERT INTO schema_migration (name) VALUES ('0001_of_other_code')")
    assert await demo.stop() == 0

    await demo.start()
    assert "beginning anew" in demo.said
    async with demo.database() as connection:
        assert await connection.fetchval("SELECT to_regclass('of_other_code')") is None
    assert await demo.stop() == 0


async def test_a_taken_port_is_refused_by_number(demo: RunningDemo) -> None:
    taken = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", demo.port)
    async with taken:
        demo.process = await demo.launch()
        output, _ = await asyncio.wait_for(demo.process.communicate(), STOP_SECONDS)
    assert demo.process.returncode == 1
    assert str(demo.port) in output.decode()


async def test_a_port_another_demo_is_about_to_take_is_not_chosen() -> None:
    first = hold_next(WEB_PORT)
    second = hold_next(WEB_PORT)
    assert first is not None
    assert second is not None
    with first, second:
        assert first.getsockname()[1] != second.getsockname()[1]
        assert hold(first.getsockname()[1]) is None
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert hold(listening.getsockname()[1]) is None
