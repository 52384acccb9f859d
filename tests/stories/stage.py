"""The whole product for a story: web, worker, scheduler and simulator as processes of their own, with demo data.

`stage.quiet()` returns once nothing moves any more: no delivery under way, no job waiting. `stage.pass_time()` moves
everybody's clock through the simulator, lets the scheduler work off what has become due, and is then quiet.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from app.seed import fill
from app.seed.platform import templates_of_the_account
from app.supervisor import Supervisor, first_answer
from foundation import clock, database
from scheduler.timetable import TIMETABLE
from tests import factories
from tests.fixtures.clients import client
from tests.fixtures.servers import Environment
from tests.stories.people import OwnersPhone, StaffMember

OWNERS: Final = int(os.environ.get("STORY_OWNERS", "200"))
"""Invented owners beside the story's own: some dozens of the same store, enough for a segment and a control group."""
PATIENCE_SECONDS: Final = 120.0
"""Of one wait on a busy machine; a story that waits so long has stopped."""
LOOK_SECONDS: Final = 0.05
START_SECONDS: Final = 180.0
_WAITING_JOBS: Final = "SELECT count(*) FROM jobs.pgqueuer WHERE status IN ('queued', 'picked')"


class Stage:
    """The product's addresses, its people and its time."""

    def __init__(self, environment: Environment, supervisor: Supervisor, stack: AsyncExitStack) -> None:
        self.address = environment.product["WEDEALER_PUBLIC_URL"]
        self.product = environment.product
        """The settings of the product, as variables."""
        self._supervisor = supervisor
        self._stack = stack
        self.killed = 0
        """Processes that died by `kill`; any other death fails the story."""
        self._control = client(environment.product["WEDEALER_SIMULATOR_URL"] + "/control/", timeout=PATIENCE_SECONDS)
        stack.push_async_callback(self._control.aclose)
        self._staff: dict[str, StaffMember] = {}

    async def hand(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Do what a person does on their own device, through the simulator's public hands."""
        answer = await self._control.request(method, path, json=body or {})
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json()

    async def hand_refused(self, method: str, path: str, body: dict[str, Any] | None = None) -> str:
        """Try something the platform does not let a person do; returns the refusal's code."""
        answer = await self._control.request(method, path, json=body or {})
        assert answer.status_code >= 400, f"{path} was possible: {answer.text}"
        return str(answer.json()["error"]["code"])

    async def owner(self, person_id: str) -> OwnersPhone:
        """The phone of a person of the platform."""
        return OwnersPhone(self, person_id, await self._client("owner"))

    async def staff(self, userid: str) -> StaffMember:
        """A staff member at their desk, with their WeCom."""
        if userid not in self._staff:
            self._staff[userid] = StaffMember(self, userid, await self._client("staff"))
        return self._staff[userid]

    async def _client(self, kind: str) -> httpx.AsyncClient:
        device = client(f"{self.address}/api/{kind}/", timeout=PATIENCE_SECONDS)
        return await self._stack.enter_async_context(device)

    async def quiet(self) -> None:
        """Wait until every callback has arrived and every job has run, those that were put off included."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        still = 0
        while still < 2:
            await self.hand("POST", "settle")
            waiting = await database.fetch_value(_WAITING_JOBS)
            still = 0 if waiting else still + 1
            if waiting:
                assert time.monotonic() < deadline, await self._what_waits()
                await asyncio.sleep(LOOK_SECONDS)

    async def pass_time(self, **step: float) -> None:
        """Let business time go by for everybody: `minutes=5`, `days=30`."""
        await self.hand("POST", "clock/advance", dict(step))
        await self.caught_up()

    async def wait_until(self, moment: datetime) -> None:
        """Let business time go by until then."""
        await clock.refresh()
        left = (moment - clock.now()).total_seconds()
        if left > 0:
            await self.pass_time(seconds=left)

    async def caught_up(self) -> None:
        """Wait until the scheduler has reached the present moment and the jobs it started are done."""
        await self.beats()
        await self.quiet()

    async def beats(self) -> None:
        """Wait until the scheduler has reached the present moment."""
        await clock.refresh()
        now, deadline = clock.now(), time.monotonic() + PATIENCE_SECONDS
        while not await _has_beaten(now):
            assert time.monotonic() < deadline, f"the scheduler does not beat\n{self.logs()}"
            await asyncio.sleep(LOOK_SECONDS)

    async def calls(self, name: str) -> list[dict[str, Any]]:
        """The platform's own log of one door, newest first: calls the platform carried out."""
        entries = (await self.hand("GET", f"log?direction=call&name={name}&limit=500"))["entries"]
        return [entry for entry in entries if entry["status"] < 300 and entry["code"] in ("", "0")]

    def add_worker(self, name: str) -> None:
        """One more worker beside the first."""
        self._supervisor.start(name, "worker")

    async def kill(self, name: str) -> None:
        """kill -9 a process in whatever it is doing, and wait until it is there again."""
        child = self._supervisor.children[name]
        while child.running is None or child.running.status is not None:
            await asyncio.sleep(LOOK_SECONDS)
        dead = child.running
        os.kill(dead.pid, signal.SIGKILL)
        self.killed += 1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while child.running is dead:
                await asyncio.sleep(LOOK_SECONDS)
        if name == "web":
            port = int(self.product["WEDEALER_PORT"])
            assert await first_answer(port, "/healthz", seconds=PATIENCE_SECONDS), self.logs()

    @staticmethod
    def subscribe_templates() -> list[dict[str, Any]]:
        """The templates a WeChat account has chosen, as the settings of the product name them."""
        return templates_of_the_account()

    def logs(self) -> str:
        """The end of what each process wrote."""
        return "\n".join(f"--- {child.name}\n{child.log_tail()}" for child in self._supervisor.children.values())

    async def _what_waits(self) -> str:
        rows = await database.fetch(
            "SELECT entrypoint, status, attempts, execute_after - now() AS due_in FROM jobs.pgqueuer "
            "WHERE status IN ('queued', 'picked')"
        )
        return f"jobs that do not end: {[dict(row) for row in rows]}\n{self.logs()}"


async def _has_beaten(now: datetime) -> bool:
    rows = await database.fetch("SELECT name, max(due_at) AS last FROM tick GROUP BY name")
    last = {row["name"]: row["last"] for row in rows}
    for line in TIMETABLE:
        if line.job not in last:
            return False
        due = line.next_after(last[line.job])
        if due is not None and due <= now:
            return False
    return True


@pytest.fixture
async def stage(database: None, environment: Environment, tmp_path: Path) -> AsyncIterator[Stage]:
    """The product with 张伟, the cast of the first store and some dozens of other owners, on a Saturday morning."""
    async with _played(environment, tmp_path, lambda: fill(OWNERS, quiet=True, living_stores=0)) as running:
        yield running


@pytest.fixture
async def bare_stage(database: None, environment: Environment, tmp_path: Path) -> AsyncIterator[Stage]:
    """The product and the platforms without any data, on an ordinary Monday morning."""
    async with _played(environment, tmp_path, _an_ordinary_monday) as running:
        yield running


async def _an_ordinary_monday() -> None:
    await clock.set_to(clock.at(factories.MONDAY, 9))


@asynccontextmanager
async def _played(
    environment: Environment, tmp_path: Path, begin: Callable[[], Awaitable[None]]
) -> AsyncIterator[Stage]:
    """Every process on the empty database; `begin` makes what there is before work and time begin."""
    variables = {**environment.product, **environment.simulator, "PYTHONUNBUFFERED": "1"}
    # The platform's own retries come at once; everything else is as in the demo.
    variables["WEDEALER_SIM_RETRY_SECONDS"] = "0.1"
    said: list[str] = []
    # Whoever is killed here is healthy; a death that nobody caused fails the story below.
    supervisor = Supervisor(_outside() | variables, tmp_path, said.append, settled_seconds=0)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(supervisor.stop)
        supervisor.start("web", "serve")
        supervisor.start("simulator", "simulator")
        for port in (environment.product["WEDEALER_PORT"], environment.simulator["WEDEALER_SIM_PORT"]):
            assert await first_answer(int(port), "/healthz", seconds=START_SECONDS), "the product does not start"
        await begin()
        supervisor.start("worker", "worker")
        supervisor.start("scheduler", "scheduler")
        running = Stage(environment, supervisor, stack)
        await running.caught_up()
        yield running
        assert len(said) == running.killed, f"a process died on the way: {said}"


def _outside() -> dict[str, str]:
    """This process's variables without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WEDEALER_")}
