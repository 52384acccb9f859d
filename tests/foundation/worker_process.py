"""A real worker process with two probe jobs, for tests that kill it: `python -m tests.foundation.worker_process`."""

import asyncio
import os
from datetime import timedelta

from app import orm
from foundation import database, jobs
from foundation.errors import ErrorKind, PlatformError
from scheduler.worker import work

# A dead worker's jobs are taken over after this long; thirty seconds would only make the test slow.
jobs.HEARTBEAT = timedelta(seconds=2)
jobs.POLL = timedelta(seconds=0.5)

gate = asyncio.Event()
"""Opened by the test that runs these jobs in its own process."""


@jobs.job("probe.count", can_be_urgent=True)
async def count(*, number: int) -> None:
    """Leave a mark, once however often it runs."""
    await database.execute(
        "INSERT INTO probe (number, pid) VALUES ($1, $2) ON CONFLICT DO NOTHING", number, os.getpid()
    )


@jobs.job("probe.hang_once")
async def hang_once(*, number: int) -> None:
    """Begin, and end only in a second worker: the first one waits until it is killed."""
    first = await database.fetch_one(
        "INSERT INTO probe (number, pid) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING number", number, os.getpid()
    )
    if first is not None:
        await asyncio.Event().wait()
    await database.execute("UPDATE probe SET done_by = $2 WHERE number = $1", number, os.getpid())


@jobs.job("probe.read")
async def read(*, number: int) -> None:
    """Copy what is there now."""
    await database.execute("UPDATE probe SET done_by = pid WHERE number = $1", number)


@jobs.job("probe.read_slowly")
async def read_slowly(*, number: int) -> None:
    """Copy what is there now, and end only when the gate is open."""
    await read(number=number)
    await gate.wait()


@jobs.job("probe.hang")
async def hang(*, number: int) -> None:
    """Fill a place until the gate is open."""
    await gate.wait()


@jobs.job("probe.busy_once")
async def busy_once(*, number: int) -> None:
    """Meet a busy platform at the moment when the same job is enqueued again."""
    runs = await database.fetch_value(
        "UPDATE probe SET done_by = coalesce(done_by, 0) + 1 WHERE number = $1 RETURNING done_by", number
    )
    if runs == 1:
        await jobs.enqueue("probe.busy_once", {"number": number}, dedupe_key="one", delay_seconds=0.5)
        raise PlatformError("wecom", -1, kind=ErrorKind.BUSY)


if __name__ == "__main__":
    asyncio.run(work(orm.tortoise_config()))
