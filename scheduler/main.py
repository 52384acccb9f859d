"""The scheduler process: one leader beats once a second on business time and enqueues what is due.

APScheduler's triggers say when; a row `tick(name, due_at)`, unique and written in the transaction that enqueues,
makes a second leader harmless. Leadership is a PostgreSQL advisory lock held by a connection: it ends with the process.
"""

import asyncio
import contextlib
import signal
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from foundation import clock, database, failures, jobs, metrics
from foundation.logging import logger
from foundation.settings import get_settings
from scheduler.timetable import TIMETABLE, Line

BEAT_SECONDS: Final = 1.0
LEADER_LOCK: Final = 0x5745_4C45_4144
"""Key of the advisory lock; it may be any number, as long as all schedulers use the same."""
MOST_CATCH_UP: Final = 500
"""How many missed moments of one `each` line are made up for in one beat; a long jump takes several beats."""
KEEP_TICKS: Final = timedelta(days=3)
_WINDOWS: Final = (timedelta(minutes=15), timedelta(days=1), timedelta(days=400))


async def beat(now: datetime) -> int:
    """Enqueue every line that has become due by `now`; returns how many jobs were enqueued."""
    started = 0
    for line in TIMETABLE:
        started += await _start_due(line, now)
    return started


async def _start_due(line: Line, now: datetime) -> int:
    async with database.transaction():
        last = await database.fetch_value("SELECT max(due_at) FROM tick WHERE name = $1", line.job)
        if last is None:
            # A line that is new starts from now; earlier moments are not made up for.
            await _tick(line, now)
            return 0
        due = _missed(line, last, now)
        if not due:
            return 0
        count = 0
        for moment in due:
            if await _tick(line, moment):
                await jobs.enqueue(line.job, {}, dedupe_key=moment.isoformat())
                count += 1
        await database.execute("DELETE FROM tick WHERE name = $1 AND due_at < $2", line.job, due[-1] - KEEP_TICKS)
        return count


def _missed(line: Line, last: datetime, now: datetime) -> list[datetime]:
    """The due moments in (last, now] that are to be made up for, oldest first."""
    if line.catch_up == "once":
        newest = _newest_due(line, last, now)
        return [newest] if newest is not None else []
    moments: list[datetime] = []
    moment = line.next_after(last)
    while moment is not None and moment <= now and len(moments) < MOST_CATCH_UP:
        moments.append(moment)
        moment = line.next_after(moment)
    return moments


def _newest_due(line: Line, last: datetime, now: datetime) -> datetime | None:
    """The newest due moment in (last, now]. It is searched backwards, since after a jump of months there may be a
    million.
    """
    for window in _WINDOWS:
        start = max(last, now - window)
        newest: datetime | None = None
        moment = line.next_after(start)
        while moment is not None and moment <= now:
            newest = moment
            moment = line.next_after(moment)
        if newest is not None or start == last:
            return newest
    return None


async def _tick(line: Line, moment: datetime) -> bool:
    inserted = await database.fetch_one(
        "INSERT INTO tick (name, due_at, started_at) VALUES ($1, $2, $3) ON CONFLICT (name, due_at) DO NOTHING "
        "RETURNING id",
        line.job,
        moment,
        clock.now(),
    )
    return inserted is not None


async def lead(stop: asyncio.Event, config: dict[str, object]) -> None:
    """Wait for leadership, then beat until `stop` is set. If the connection is lost, leadership is lost and sought
    again.
    """
    await database.connect(config)
    try:
        while not stop.is_set():
            try:
                await _lead_once(stop)
            except Exception as error:
                if not (failures.is_away(error) or failures.is_conflict(error)):
                    raise
                logger.warning("scheduler_lost_database", error=type(error).__name__)
                await _pause(stop)
    finally:
        await database.close()


async def _lead_once(stop: asyncio.Event) -> None:
    connection = await asyncpg.connect(database.asyncpg_dsn(get_settings().database_url.get_secret_value()))
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
            if await _pause(stop):
                return
        logger.info("scheduler_leads")
        metrics.scheduler_leads.set(1)
        while not stop.is_set():
            # A query on the connection that holds the lock proves that we still hold it.
            await connection.fetchval("SELECT 1")
            await clock.refresh()
            await beat(clock.now())
            await _pause(stop)
    finally:
        metrics.scheduler_leads.set(0)
        with contextlib.suppress(Exception):
            await connection.close(timeout=2)


async def _pause(stop: asyncio.Event) -> bool:
    """Wait one beat; True when told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), BEAT_SECONDS)
    return stop.is_set()


async def run_until_signalled(config: dict[str, object]) -> None:
    """Lead or stand by until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await lead(stop, config)
