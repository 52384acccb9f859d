"""When PostgreSQL or Valkey goes away and returns, our processes stay up, answer 503, and go on by themselves."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest

from app import migrations
from app.demo_secrets import DemoSecrets
from app.embedded import EmbeddedPostgres, EmbeddedValkey
from app.embedded.ports import free_port
from app.supervisor import Supervisor, first_answer
from foundation import database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

START_SECONDS = 120.0
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.1
PROCESSES = {"web": "serve", "worker": "worker", "scheduler": "scheduler"}


@dataclass
class House:
    """The product on servers of its own, which a test may stop without harm to others."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    supervisor: Supervisor
    web: httpx.AsyncClient
    died: list[str]
    """The supervisor's messages about processes that ended."""
    metrics_ports: dict[str, int]

    async def figure(self, process: str, sample: str) -> float | None:
        """A sample of a process's own metrics page."""
        async with httpx.AsyncClient(timeout=5) as watcher:
            page = (await watcher.get(f"http://127.0.0.1:{self.metrics_ports[process]}/metrics")).text
        found = re.search(rf"^wedealer_{re.escape(sample)} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else None

    def pids(self) -> dict[str, int]:
        """The processes as they run now."""
        return {name: child.running.pid for name, child in self.supervisor.children.items() if child.running}

    async def status(self, path: str) -> int:
        """The answer's status."""
        return (await self.web.get(path)).status_code

    async def sweeps(self) -> float:
        """How often the scheduler has started the sweep of messages and the worker has done it."""
        return await self.figure("worker", 'jobs_total{job="messaging.sweep",outcome="done"}') or 0.0

    async def ask_for_work(self) -> None:
        """Let a minute of business time pass, so that the timetable's work of each minute is due."""
        connection = await asyncpg.connect(database.asyncpg_dsn(self.postgres.url))
        try:
            await connection.execute("UPDATE clock_offset SET offset_seconds = offset_seconds + 60")
        finally:
            await connection.close()


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until it holds."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await condition():
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        pytest.fail(f"not within {PATIENCE_SECONDS:.0f} s: {what}")


@pytest.fixture
async def house(scratch: Path, tmp_path: Path) -> AsyncIterator[House]:
    """Web with two workers, one worker, one scheduler, and the group with its people at the stand-in platforms."""
    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(EmbeddedPostgres(scratch / f"outage-{os.getpid()}-pg", durable=False))
        valkey = stack.enter_context(EmbeddedValkey(scratch / f"outage-{os.getpid()}-vk", durable=False))
        await migrations.migrate(postgres.url)
        port = free_port()
        secrets = DemoSecrets.invent()
        product = secrets.environment(
            name="test",
            database_url=postgres.url,
            redis_url=valkey.url,
            port=port,
            simulator_port=free_port(),
            media_dir=tmp_path / "media",
        )
        outside = {name: value for name, value in os.environ.items() if not name.startswith("WEDEALER_")}
        died: list[str] = []
        supervisor = Supervisor(outside | product | secrets.simulator_environment(product), tmp_path, died.append)
        stack.push_async_callback(supervisor.stop)
        supervisor.start("simulator", "simulator")
        assert await first_answer(
            int(product["WEDEALER_SIMULATOR_URL"].rsplit(":")[-1]), "/healthz", seconds=START_SECONDS
        )
        assert await supervisor.run_once("seed", "--owners", "0") == 0
        metrics_ports = {name: free_port() for name in PROCESSES}
        for name, command in PROCESSES.items():
            # Each process has a metrics port of its own.
            supervisor.environment["WEDEALER_METRICS_PORT"] = str(metrics_ports[name])
            child = supervisor.start(name, command)
            while child.running is None:
                await asyncio.sleep(LOOK_SECONDS)
        assert await first_answer(port, "/healthz", seconds=START_SECONDS), supervisor.children["web"].log_tail()
        web = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20))
        yield House(postgres, valkey, supervisor, web, died, metrics_ports)


@asynccontextmanager
async def live_page(house: House) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A board that follows its store live; yields a function that waits for the end of the stream."""
    people = (await house.web.get("/api/staff/sign-in")).json()["people"]
    manager = next(person["id"] for person in people if "GMG" in person["roles"] or "GM" in person["roles"])
    signed = await house.web.post("/api/staff/sessions", json={"staff_id": manager})
    headers = {"authorization": f"Bearer {signed.json()['token']}"}
    async with house.web.stream("GET", "/api/staff/stores/1/live", headers=headers) as stream:
        assert stream.status_code == 200

        async def ended() -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for _ in stream.aiter_bytes():
                    pass

        yield ended


async def test_postgresql_restarts_and_every_process_goes_on(house: House) -> None:
    async def works() -> bool:
        await house.ask_for_work()
        return await house.sweeps() > 0

    await until(works, "the scheduler starts jobs and the worker does them")
    assert await house.figure("scheduler", "scheduler_leads") == 1
    before = house.pids()
    assert await house.status("/readyz") == 200

    async with live_page(house) as page_ended:
        await asyncio.to_thread(house.postgres.stop)
        await page_ended()
    answer = await house.web.get("/readyz")
    assert (answer.status_code, int(answer.headers["retry-after"])) == (503, 5)
    answer = await house.web.get("/api/staff/me", headers={"authorization": "Bearer somebody"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) == 5
    assert await house.status("/healthz") == 200, "restarting the process would not bring the database back"

    async def is_missed() -> bool:
        seen = [await house.figure(name, 'dependency_up{dependency="postgresql"}') for name in PROCESSES]
        return seen == [0, 0, 0]

    await until(is_missed, "each process shows that PostgreSQL is away")
    await asyncio.to_thread(house.postgres.start, house.postgres.port)

    async def ready() -> bool:
        return await house.status("/readyz") == 200

    await until(ready, "the pools reconnect")
    assert await house.status("/api/staff/me") == 401
    done = await house.sweeps()

    async def works_again() -> bool:
        await house.ask_for_work()
        return await house.sweeps() > done

    await until(works_again, "the scheduler and the worker reconnect")
    assert house.pids() == before, "nobody had to be started again"
    assert house.died == []
    log = house.supervisor.children["web"].log_path.read_text()
    assert "request_failed" not in log, "no request ended in a bug"
    assert "live" not in log.replace("live_reconnecting", ""), "nor a page"
