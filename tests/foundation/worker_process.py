"""A real worker process with two probe jobs, for tests that kill it: `python -m tests.foundation.worker_process`."""

import asyncio
import os
from datetime import timedelta

from app import orm
from foundation import database, jobs
from scheduler.worker import work

# A dead worker's jobs are taken over after this long; thirty seconds would only make the test slow.
jobs.HEARTBEAT = timedelta(seconds=2)
jobs.POLL = timedelta(seconds=0.5)


@jobs.job("probe.count")
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


if __name__ == "__main__":
    asyncio.run(work(orm.tortoise_config()))
