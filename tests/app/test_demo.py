"""`wedealer demo`, started for real: everything comes up, one Ctrl-C stops it all, a second start keeps the data."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from app.demo import WEB_PORT
from app.demo_data import STORY_BEGINS
from app.embedded.ports import free_port, hold, hold_next
from app.embedded.state import REPOSITORY, scratch_folder
from foundation import clock

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

WEDEALER = Path(sys.executable).with_name("wedealer")
"""The command as `make run` calls it."""
READY_SECONDS = 300
STOP_SECONDS = 40
MADE_ONCE = "制作演示数据"
NAMES = {"web": "wd-serve", "simulator": "wd-simulator", "worker": "wd-worker", "scheduler": "wd-scheduler"}


def clock_begins() -> datetime:
    """The moment at which every new demo stands."""
    return datetime(*STORY_BEGINS, tzinfo=clock.SHANGHAI)


class RunningDemo:
    """One `wedealer demo` in a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.simulator_port = free_port(), free_port()
        self.said = ""

    async def start(self, *options: str, until: str = "stop: Ctrl-C") -> None:
        """Return once it says that it is ready (the last line of its banner), or something else before that."""
        self.said = ""
        self.process = await self._launch(*options)
        assert self.process.stdout is not None
        async with asyncio.timeout(READY_SECONDS):
            while until not in self.said:
                line = await self.process.stdout.readline()
                assert line, f"the demo ended: {self.said}\n{self.logs()}"
                self.said += line.decode()

    async def stop(self) -> int:
        """Press Ctrl-C and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_SECONDS):
            await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode

    async def refused(self) -> str:
        """What a second demo in the same folder says before it gives up."""
        process = await self._launch()
        output, _ = await asyncio.wait_for(process.communicate(), STOP_SECONDS)
        assert process.returncode == 1
        return output.decode()

    def pids(self) -> dict[str, int]:
        """Our processes by name; a web process's own workers bear its name and come after it."""
        found: dict[str, int] = {}
        for pid in sorted(self.everything()):
            for name, title in NAMES.items():
                if _title(pid) == title:
                    found.setdefault(name, pid)
        return found

    def everything(self) -> set[int]:
        """Every process below the supervisor, servers and watchers included."""
        found: set[int] = set()
        queue = [self.process.pid]
        while queue:
            children = _children(queue.pop())
            found.update(children)
            queue += children
        return found

    def logs(self) -> str:
        """The end of each process's log."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-1500:]}" for log in self.folder.glob("logs/*.log"))

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection to its PostgreSQL."""
        password = (self.folder / "postgres" / "password").read_text()
        port = (self.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[3]
        connection = await asyncpg.connect(f"postgresql://wedealer:{password}@127.0.0.1:{port}/wedealer")
        yield connection
        await connection.close()

    async def _launch(self, *options: str) -> asyncio.subprocess.Process:
        ports = ["--port", str(self.port), "--simulator-port", str(self.simulator_port)]
        return await asyncio.create_subprocess_exec(
            *[str(WEDEALER), "demo", "--owners", "30", *ports, *options],
            cwd=REPOSITORY,
            env={**os.environ, "WEDEALER_STATE_DIR": str(self.folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = status.read_text().rsplit(") ", 1)[1].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found.append(int(status.parent.name))
    return found


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


async def _status(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    line = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(line.split()[1])


async def _until(condition, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


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

    await demo.start()
    assert MADE_ONCE in demo.said, "a killed start leaves nothing that counts as made"
    assert str(demo.folder) in demo.said
    assert f"http://127.0.0.1:{demo.simulator_port}/" in demo.said
    assert await _status(demo.port, "/readyz") == 200
    assert await _status(demo.simulator_port, "/healthz") == 200
    async with demo.database() as connection:
        await connection.execute("CREATE TABLE kept AS SELECT '还在' AS text")
    assert f"http://127.0.0.1:{demo.simulator_port}" in await demo.refused()

    await _until(lambda: demo.pids().keys() == NAMES.keys())
    killed = demo.pids()["worker"]
    os.kill(killed, signal.SIGKILL)
    await _until(lambda: demo.pids().get("worker") not in (None, killed))

    everything = demo.everything()
    assert len(everything) > len(NAMES) + 2, "four processes, two servers and their watchers"
    assert await demo.stop() == 0
    await _until(lambda: not [pid for pid in everything if _title(pid)])

    await demo.start()
    assert MADE_ONCE not in demo.said
    async with demo.database() as connection:
        assert await connection.fetchval("SELECT text FROM kept") == "还在"
    everything = demo.everything()
    demo.process.kill()
    await demo.process.communicate()
    await _until(lambda: not [pid for pid in everything if _title(pid)])

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
        demo.process = await demo._launch()
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
