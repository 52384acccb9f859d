"""Work that survives a crash: enqueued in the caller's transaction, run at least once by any worker.

A job body carries ids and calls one verb. It may run twice (a worker killed in mid-batch), so its effect must carry its
own key; a dedupe key here only spares the queue. A refusal by the dealership ends a job, a busy platform or a bug makes
it come back later, and one that never succeeds is kept with status `failed` for a person to look at.

This is the only module that knows pgqueuer.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
import orjson

# All its tables live in a schema of their own; the migration that installs them reads the same name.
os.environ.setdefault("PGQUEUER_SCHEMA", "jobs")

from pgqueuer.db import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

from foundation import attempts, clock, database, failures, metrics
from foundation.errors import NotAllowed, NotFound, PlatformError, Refused
from foundation.logging import logger
from foundation.settings import get_settings

URGENT = 100
"""For what a platform or a person is waiting for within seconds: the 20-second welcome."""
NORMAL = 10
BULK = 0
"""For what may take an hour: campaign batches, nightly work."""

ATTEMPTS = 8
"""Tries before a job is parked: with the back-off below about 20 minutes, longer than most platform hiccups."""
FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 600.0
BATCH_SIZE = 20
"""Jobs fetched at once; also the most that may run twice after kill -9 of a worker."""
HEARTBEAT = timedelta(seconds=30)
"""A job without a beat for this long belongs to a dead worker and is taken over."""
POLL = timedelta(seconds=2)
RECONNECT_SECONDS = 1.0
"""Between two tries to reach a PostgreSQL that is away: it restarts in a few seconds."""

Body = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class JobDefinition:
    """A named body and how eagerly it runs."""

    name: str
    body: Body
    priority: int
    attempts: int


registry: dict[str, JobDefinition] = {}


def job(name: str, *, priority: int = NORMAL, attempts: int = ATTEMPTS) -> Callable[[Body], Body]:
    """Register `body(**payload)` under a dotted name; the module must be imported by `app.wiring`."""

    def register(body: Body) -> Body:
        if name in registry:
            raise ValueError(f"two jobs are named {name}")
        registry[name] = JobDefinition(name, body, priority, attempts)
        return body

    return register


async def enqueue(
    name: str,
    payload: dict[str, Any],
    *,
    dedupe_key: str | None = None,
    delay_seconds: float = 0,
    priority: int | None = None,
) -> None:
    """Add a job; inside a transaction it lives or dies with it.

    `delay_seconds` is real time and only for back-off: what is due at a business time is found by the timetable.
    """
    await enqueue_many(name, [payload], dedupe_keys=[dedupe_key], delay_seconds=delay_seconds, priority=priority)


async def enqueue_many(
    name: str,
    payloads: list[dict[str, Any]],
    *,
    dedupe_keys: list[str | None] | None = None,
    delay_seconds: float = 0,
    priority: int | None = None,
) -> None:
    """Add many jobs of one kind in one statement."""
    if not payloads:
        return
    chosen = registry[name].priority if priority is None else priority
    count = len(payloads)
    keys = dedupe_keys or [None] * count
    await _queries().enqueue(
        [name] * count,
        [orjson.dumps(payload) for payload in payloads],
        [chosen] * count,
        [timedelta(seconds=delay_seconds)] * count,
        [f"{name}:{key}" if key is not None else None for key in keys],
        on_conflict="skip",
    )


def _queries() -> Queries:
    executor = database.executor()
    # A pool takes a connection per statement; a transaction must use its own.
    driver = AsyncpgPoolDriver(executor) if isinstance(executor, asyncpg.Pool) else AsyncpgDriver(executor)
    return Queries(driver)


def back_off_seconds(attempt: int) -> float:
    """2, 4, 8 … 600 seconds before try number `attempt + 1`."""
    return min(FIRST_DELAY_SECONDS * 2.0 ** max(attempt, 0), LONGEST_DELAY_SECONDS)


async def run_one(definition: JobDefinition, payload: dict[str, Any], attempt: int) -> None:
    """Run a job body and translate its failure into: done, again later, or parked."""
    await clock.refresh()
    try:
        with metrics.job_seconds.labels(definition.name).time():
            await attempts.repeat(partial(definition.body, **payload))
    except (Refused, NotFound, NotAllowed) as refusal:
        # The dealership says no: repeating the question does not change the answer.
        logger.info("job_refused", job=definition.name, code=refusal.code, **refusal.details)
        metrics.jobs_total.labels(definition.name, "refused").inc()
    except Exception as error:
        is_permanent = isinstance(error, PlatformError) and error.kind in {"P", "C"}
        metrics.jobs_total.labels(definition.name, "failed").inc()
        if is_permanent or attempt + 1 >= definition.attempts:
            logger.exception("job_parked", job=definition.name, attempt=attempt)
            raise
        logger.warning("job_retry", job=definition.name, attempt=attempt, error=repr(error))
        raise RetryRequested(timedelta(seconds=back_off_seconds(attempt)), type(error).__name__) from error
    else:
        metrics.jobs_total.labels(definition.name, "done").inc()


def _manager(connection: "asyncpg.Connection") -> QueueManager:
    manager = QueueManager(Queries(AsyncpgDriver(connection)))
    for definition in registry.values():

        def handler(definition: JobDefinition = definition) -> Callable[[Job], Awaitable[None]]:
            async def run(job: Job) -> None:
                await run_one(definition, orjson.loads(job.payload or b"{}"), job.attempts)

            return run

        manager.entrypoint(definition.name, on_failure="hold", accepts_context=False)(handler())
    return manager


async def work(stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; the jobs in hand are finished first. A lost PostgreSQL is waited for."""
    while not stop.is_set():
        try:
            await _work_while_connected(stop)
        except Exception as error:
            if not failures.is_away(error):
                raise
        if not stop.is_set():
            logger.warning("worker_lost_database", again_in_seconds=RECONNECT_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RECONNECT_SECONDS)


async def _work_while_connected(stop: asyncio.Event) -> None:
    connection = await _connect()
    manager = _manager(connection)

    async def relay() -> None:
        await stop.wait()
        manager.shutdown.set()

    relaying = asyncio.create_task(relay())
    concurrency = max(get_settings().worker_concurrency, 2 * BATCH_SIZE)
    try:
        await manager.run(
            dequeue_timeout=POLL,
            batch_size=BATCH_SIZE,
            max_concurrent_tasks=concurrency,
            heartbeat_timeout=HEARTBEAT,
            shutdown_on_listener_failure=True,
        )
    finally:
        relaying.cancel()
        await connection.close()


async def drain() -> None:
    """Run all jobs that are due now, and those they enqueue, then return. For tests and one-shot commands."""
    connection = await _connect()
    try:
        await _manager(connection).run(
            dequeue_timeout=timedelta(seconds=0.05),
            batch_size=BATCH_SIZE,
            mode=QueueExecutionMode.drain,
            heartbeat_timeout=HEARTBEAT,
            log_aggregation_interval=timedelta(0),
        )
    finally:
        await connection.close()


async def _connect() -> "asyncpg.Connection":
    return await asyncpg.connect(database.asyncpg_dsn(get_settings().database_url.get_secret_value()))
