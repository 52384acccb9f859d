"""A plan through most of a year, with two real scheduler processes: one is killed, one hangs, both die while the clock
jumps for weeks. Each due moment is one row, and at most one broadcast comes of it.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from app.supervisor import Supervisor
from campaigns.broadcasts.models import Broadcast
from campaigns.standing_plans.models import StandingPlan, StandingRun
from campaigns.standing_plans.rules import PlanRunState
from foundation import clock, database, jobs
from scheduler.main import BEAT_SECONDS, LEADER_LOCK
from scheduler.timetable import TIMETABLE
from tests.campaigns.broadcasts.house import make_house
from tests.campaigns.standing_plans.test_running import MONDAYS, active
from tests.fixtures.servers import Environment

pytestmark = pytest.mark.timeout(300)

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LINE: Final = next(line for line in TIMETABLE if line.job == "standing_plans.run_due")
NAMES: Final = ("scheduler", "scheduler-2")
PATIENCE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.05


class Two:
    """Two schedulers that are started again when they die."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def _pid(self, name: str) -> int | None:
        running = self._supervisor.children[name].running
        return running.pid if running is not None and running.status is None else None

    async def leader(self) -> str:
        """The one that leads: PostgreSQL knows who holds the lock by the address of its connection."""
        holder = None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while holder is None:
                holder = await database.fetch_value(
                    "SELECT a.client_port FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
                    "WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32) + l.objid::bigint = $1",
                    LEADER_LOCK,
                )
                await asyncio.sleep(LOOK_SECONDS)
        [name] = [name for name in NAMES if (pid := self._pid(name)) is not None and holder in _ports_of(pid)]
        return name

    async def kill(self, *names: str) -> None:
        """kill -9, at once and whatever they are doing."""
        dead = [self._supervisor.children[name].running for name in names]
        for name in names:
            pid = self._pid(name)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(self._supervisor.children[name].running in dead for name in names):
                await asyncio.sleep(LOOK_SECONDS)

    async def hang(self, name: str) -> None:
        """It holds whatever it holds and does nothing any more."""
        pid = self._pid(name)
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)

    async def caught_up(self) -> None:
        """Wait until the plans' line has reached the present moment, and do the jobs that it enqueued."""
        now, deadline = clock.now(), time.monotonic() + PATIENCE_SECONDS
        while True:
            last = await database.fetch_value("SELECT max(due_at) FROM tick WHERE name = $1", LINE.job)
            due = LINE.next_after(last) if last is not None else now
            if due is None or due > now:
                break
            assert time.monotonic() < deadline, self.logs()
            await asyncio.sleep(LOOK_SECONDS)
        # The rest of the timetable is enqueued as well, and is not what this is about.
        await database.execute("DELETE FROM jobs.pgqueuer WHERE entrypoint <> $1", LINE.job)
        await jobs.drain()

    def logs(self) -> str:
        """The end of what each wrote."""
        return "\n".join(f"--- {child.name}\n{child.log_tail()}" for child in self._supervisor.children.values())


def _ports_of(pid: int) -> set[int]:
    """The local ports of a process's TCP connections."""
    sockets = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = entry.readlink().name
        except OSError:
            continue
        if target.startswith("socket:["):
            sockets.add(target[len("socket:[") : -1])
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[9] in sockets}


@pytest.fixture
async def two(database: None, environment: Environment, tmp_path: Path) -> AsyncIterator[Two]:
    """Both run."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("WEDEALER_")}
    supervisor = Supervisor(outside | environment.product, tmp_path, lambda _: None, settled_seconds=0)
    try:
        for name in NAMES:
            supervisor.start(name, "scheduler")
        yield Two(supervisor)
    finally:
        await supervisor.stop()


async def _pass(step: timedelta) -> None:
    await clock.set_to(clock.now() + step)


async def test_each_moment_once_whatever_the_schedulers_and_the_clock_do(two: Two):
    house = await make_house(5)
    plan = await active(house, MONDAYS)
    await two.caught_up()
    for number in range(9):  # Day by day into the second week; on every third day the leader is killed.
        await _pass(DAY)
        if number % 3 == 2:
            await two.kill(await two.leader())
        await two.caught_up()
    await _pass(timedelta(hours=5))
    await two.caught_up()

    stuck = await two.leader()
    await two.hang(stuck)
    await _pass(4 * WEEK)
    await asyncio.sleep(2 * BEAT_SECONDS)  # The other one does not lead while the lock is held.
    assert await StandingRun.filter(standing_plan_id=plan.id).count() == 1
    await two.kill(stuck)
    await two.caught_up()

    await two.kill(*NAMES)
    await _pass(WEEK)
    await two.caught_up()
    await _pass(40 * WEEK)
    await two.kill(*NAMES)
    await two.caught_up()

    runs = await StandingRun.filter(standing_plan_id=plan.id).order_by("due_at")
    mondays = [run.due_at for run in runs]
    assert all(later - one == WEEK for one, later in pairwise(mondays)), "none left out, none twice"
    assert mondays[-1] <= clock.now() < mondays[-1] + WEEK
    started = [run for run in runs if run.state is PlanRunState.STARTED]
    assert len(started) == 4, "as they came at first, and one after each standstill"
    assert await Broadcast.all().count() == 1 + len(started)
    assert {run.state for run in runs} == {PlanRunState.STARTED, PlanRunState.MISSED}
    assert (await StandingPlan.get(id=plan.id)).next_due_at == mondays[-1] + WEEK
