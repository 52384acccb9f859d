"""A job exists only if its transaction commits, and survives the death of a worker."""

import asyncio
import contextvars
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pgqueuer.errors import RetryRequested

from app.embedded.state import REPOSITORY
from foundation import database, jobs
from foundation.errors import ErrorKind, PlatformError, Refused
from foundation.settings import get_settings
from tests.foundation import worker_process

pytestmark = pytest.mark.usefixtures("database")

WAIT_SECONDS = 40.0


@pytest.fixture(autouse=True)
async def probe(database: None) -> AsyncIterator[None]:
    """A table the probe jobs leave their marks in."""
    from foundation import database as db

    await db.execute("CREATE TABLE IF NOT EXISTS probe (number int PRIMARY KEY, pid int, done_by int)")
    await db.execute("TRUNCATE probe")
    yield
    await db.execute("DROP TABLE probe")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Probe jobs of this process that wait, wait for this."""
    event = asyncio.Event()
    monkeypatch.setattr(worker_process, "gate", event)
    return event


@asynccontextmanager
async def worker() -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A worker process of its own, killed at the end if it still lives."""
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, "-m", "tests.foundation.worker_process"], cwd=REPOSITORY, env={**os.environ}
    )
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def until(sql: str, wanted: int) -> None:
    """Wait until a query counts what is wanted."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await database.fetch_value(sql) != wanted:
            await asyncio.sleep(0.1)


async def test_a_job_of_a_transaction_that_rolls_back_never_runs():
    with pytest.raises(ValueError, match="rolled back"):
        await _enqueue_and_fail()
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 0
    async with database.transaction():
        await jobs.enqueue("probe.count", {"number": 2})
    await jobs.drain()
    assert await database.fetch("SELECT number FROM probe") == [{"number": 2}]


async def _enqueue_and_fail() -> None:
    async with database.transaction():
        await jobs.enqueue("probe.count", {"number": 1})
        raise ValueError("rolled back")


async def test_a_dedupe_key_spares_the_queue_and_never_breaks_the_transaction():
    async with database.transaction():
        for _ in range(3):
            await jobs.enqueue("probe.count", {"number": 1}, dedupe_key="one")
        await jobs.enqueue_many("probe.count", [{"number": 1}, {"number": 5}], dedupe_keys=["one", "five"])
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 2


async def test_what_is_enqueued_while_its_twin_runs_runs_again(gate: asyncio.Event):
    await database.execute("INSERT INTO probe (number, pid) VALUES (1, 0)")
    await jobs.enqueue("probe.read_slowly", {"number": 1}, dedupe_key="one")
    draining = asyncio.create_task(jobs.drain())
    await until("SELECT count(*) FROM probe WHERE done_by IS NOT NULL", 1)  # it has looked, and still runs
    async with database.transaction():
        await database.execute("UPDATE probe SET pid = 2 WHERE number = 1")
        await jobs.enqueue("probe.read_slowly", {"number": 1}, dedupe_key="one")
    gate.set()
    await draining
    assert await database.fetch_value("SELECT done_by FROM probe") == 2, "the second edit was read"


async def test_a_twin_that_waits_does_not_begin_before_the_change_it_was_asked_to_see_is_committed():
    await database.execute("INSERT INTO probe (number, pid) VALUES (1, 0)")
    await jobs.enqueue("probe.read", {"number": 1}, dedupe_key="one")
    outside = contextvars.copy_context()
    async with database.transaction():
        await jobs.enqueue("probe.read", {"number": 1}, dedupe_key="one")
        draining = asyncio.create_task(jobs.drain(), context=outside)
        # No worker takes the job while we hold its row: the queue finds it locked and looks again later.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(draining), 0.5)
        await database.execute("UPDATE probe SET pid = 7 WHERE number = 1")
    await draining
    assert await database.fetch_value("SELECT done_by FROM probe") == 7


async def test_a_job_that_comes_back_later_leaves_the_work_to_a_twin_enqueued_meanwhile():
    await database.execute("INSERT INTO probe (number, pid) VALUES (1, 0)")
    await jobs.enqueue("probe.busy_once", {"number": 1}, dedupe_key="one")
    await jobs.drain()
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 0
    assert await database.fetch_value("SELECT done_by FROM probe") == 2, "it ran twice: once busy, once as its twin"


async def test_urgent_work_has_its_own_places_in_a_worker_full_of_bulk_work(gate: asyncio.Event):
    await jobs.enqueue_many("probe.hang", [{"number": number} for number in range(200)])
    stop = asyncio.Event()
    working = asyncio.create_task(jobs.work(stop))
    try:
        await until("SELECT count(*) FROM jobs.pgqueuer WHERE status = 'picked'", get_settings().worker_concurrency)
        await jobs.enqueue("probe.count", {"number": 1}, priority=jobs.URGENT)
        await until("SELECT count(*) FROM probe", 1)
    finally:
        stop.set()
        gate.set()
        await working


async def test_a_job_that_was_not_made_for_it_has_no_urgent_lane():
    with pytest.raises(ValueError, match="no urgent lane"):
        await jobs.enqueue("probe.read", {"number": 1}, priority=jobs.URGENT)


@pytest.mark.slow
async def test_a_job_whose_worker_is_killed_runs_again_in_another():
    await jobs.enqueue("probe.hang_once", {"number": 1})
    async with worker() as first:
        await until("SELECT count(*) FROM probe", 1)
        os.kill(first.pid, signal.SIGKILL)
        await asyncio.to_thread(first.wait)
    async with worker() as second:
        await until("SELECT count(*) FROM probe WHERE done_by IS NOT NULL", 1)
        assert await database.fetch_value("SELECT done_by FROM probe") == second.pid


@pytest.mark.slow
async def test_no_job_of_a_killed_burst_is_lost():
    await jobs.enqueue_many("probe.count", [{"number": number} for number in range(600)])
    async with worker() as first:
        async with asyncio.timeout(WAIT_SECONDS):
            while await database.fetch_value("SELECT count(*) FROM probe") < 40:
                await asyncio.sleep(0.01)
        os.kill(first.pid, signal.SIGKILL)
        await asyncio.to_thread(first.wait)
    async with worker():
        await until("SELECT count(*) FROM probe", 600)
        await until("SELECT count(*) FROM jobs.pgqueuer", 0)


async def test_what_the_dealership_refuses_is_not_repeated_and_what_the_platform_forbids_is_parked():
    tried: list[str] = []

    async def refuse() -> None:
        tried.append("refused")
        raise Refused

    async def forbidden() -> None:
        tried.append("forbidden")
        raise PlatformError("wecom", 48002, kind=ErrorKind.PERMANENT)

    await jobs.run_one(jobs.JobDefinition("t.refuse", refuse, 0, 3), {}, 0)
    with pytest.raises(PlatformError):
        await jobs.run_one(jobs.JobDefinition("t.forbidden", forbidden, 0, 3), {}, 0)
    assert tried == ["refused", "forbidden"]


async def test_a_busy_platform_is_asked_again_later_and_a_hopeless_job_is_parked():
    async def busy() -> None:
        raise PlatformError("wecom", -1, kind=ErrorKind.BUSY)

    definition = jobs.JobDefinition("t.busy", busy, 0, 3)
    with pytest.raises(RetryRequested) as later:
        await jobs.run_one(definition, {}, 1)
    assert later.value.delay.total_seconds() == 2 * jobs.FIRST_DELAY_SECONDS
    with pytest.raises(PlatformError):
        await jobs.run_one(definition, {}, 2)


def test_back_off_grows_and_is_bounded():
    delays = [jobs.back_off_seconds(attempt) for attempt in range(20)]
    assert [delay / delays[0] for delay in delays[:3]] == [1, 2, 4]
    assert max(delays) == jobs.LONGEST_DELAY_SECONDS
