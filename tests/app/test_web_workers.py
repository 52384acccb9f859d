"""Web workers that die or hang are replaced, and a server that cannot answer ends."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from app.embedded.ports import free_port
from app.embedded.state import REPOSITORY
from tests.fixtures.servers import Environment
from tests.scale import TIMES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.usefixtures("database")]

WORKERS = 2
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05
STOP_SECONDS = 12.0


class Server:
    """A running web process and its workers."""

    def __init__(self, process: asyncio.subprocess.Process, address: str, log: Path) -> None:
        self.process = process
        self.address = address
        self.log = log

    def workers(self) -> set[int]:
        """The process ids of its workers."""
        return {
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        }

    async def answers(self) -> bool:
        """Whether `/healthz` does, on a connection of its own."""
        with suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=1) as client:
                return (await client.get(f"{self.address}/healthz")).status_code == 200
        return False

    def answering(self) -> set[int]:
        """Those of them whose loop has begun to turn."""
        said = {int(pid) for pid in re.findall(r'"pid": (\d+), "event": "web_worker_answers"', self.log.read_text())}
        return said & self.workers()

    async def until_replaced(self, gone: set[int]) -> None:
        """Wait for as many workers as before, none of them of `gone`, that answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.answering() - gone) < WORKERS or not await self.answers():
                await asyncio.sleep(LOOK_SECONDS)


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@asynccontextmanager
async def serving(environment: Environment, log: Path, **changes: str) -> AsyncIterator[Server]:
    """The process, killed at the end if it still lives."""
    port = free_port()
    variables = {**os.environ, **environment.product, "WEDEALER_PORT": str(port), "WEDEALER_WEB_WORKERS": str(WORKERS)}
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.app.web_process"),
            cwd=REPOSITORY,
            env=variables | changes,
            stdout=written,
            stderr=written,
        )
    try:
        yield Server(process, f"http://127.0.0.1:{port}", log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_killed_and_hanging_workers_come_back_and_one_signal_ends_them_all(
    environment: Environment, tmp_path: Path
) -> None:
    async with serving(environment, tmp_path / "web.log") as server:
        await server.until_replaced(set())
        first = server.workers()

        one = min(first)
        os.kill(one, signal.SIGKILL)
        await server.until_replaced({one})
        assert first - {one} < server.workers(), "the other went on"

        for _ in range(TIMES):
            both = server.workers()
            for pid in both:
                os.kill(pid, signal.SIGKILL)
            await server.until_replaced(both)

            both = server.workers()
            for pid in both:
                os.kill(pid, signal.SIGSTOP)
            assert not await server.answers()
            await server.until_replaced(both)
        assert server.log.read_text().count("web_worker_silent") == WORKERS * TIMES

        last = server.workers()
        server.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_SECONDS):
            assert await server.process.wait() == 0
        assert not any(_lives(pid) for pid in last)


async def test_who_comes_while_it_stops_is_refused_at_once_and_can_go_to_the_next_server(
    environment: Environment, tmp_path: Path
) -> None:
    async with serving(environment, tmp_path / "web.log") as server:
        await server.until_replaced(set())
        host, port = server.address.removeprefix("http://").split(":")
        answer, in_hand = await asyncio.open_connection(host, int(port))
        in_hand.write(b"POST /api/staff/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        await in_hand.drain()
        # Whichever worker it is, its request is in hand once it answers something that came later.
        for _ in range(5):
            assert await server.answers()
        server.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await _is_refused(host, int(port)):
                await asyncio.sleep(LOOK_SECONDS)
        in_hand.write(b"-done")
        assert (await asyncio.wait_for(answer.readline(), STOP_SECONDS)).startswith(b"HTTP/1.1 4"), (
            "in hand, and answered"
        )
        in_hand.close()
        assert await asyncio.wait_for(server.process.wait(), STOP_SECONDS) == 0


async def _is_refused(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def test_workers_end_with_their_parent(environment: Environment, tmp_path: Path) -> None:
    async with serving(environment, tmp_path / "web.log") as server:
        await server.until_replaced(set())
        left = server.workers()
        server.process.kill()
        async with asyncio.timeout(STOP_SECONDS):
            while any(_lives(pid) for pid in left):
                await asyncio.sleep(LOOK_SECONDS)
        assert not await server.answers()


async def test_a_server_whose_workers_cannot_start_ends(environment: Environment, tmp_path: Path) -> None:
    nowhere = f"postgres://nobody:x@127.0.0.1:{free_port()}/nothing"
    async with serving(environment, tmp_path / "web.log", WEDEALER_DATABASE_URL=nowhere) as server:
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await server.process.wait() == 1
        assert "web_gives_up" in server.log.read_text()


async def test_a_server_whose_address_is_taken_says_so_and_ends(environment: Environment, tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        async with serving(environment, tmp_path / "web.log", WEDEALER_PORT=str(port)) as server:
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await server.process.wait() == 1
            assert "web_cannot_listen" in server.log.read_text()
