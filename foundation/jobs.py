"""Background work that survives a crash: enqueued in the caller's transaction, run at least once by any worker.

A job carries ids and calls one verb. It may run twice (when a worker is killed in the middle of a batch), so its effect
must be idempotent by itself; a dedupe key only keeps the queue short. A job that is refused (`Refused`, `NotFound`,
`NotAllowed`) is finished. After a busy platform or a bug it is tried again later, and one that never succeeds stays in
the queue with status `failed` (parked) until a person looks at it. Work that must not depend on that person is a
state with a due time in its own table (`foundation.owed`), and the job is only a hint.

A dedupe key covers jobs that wait, not one that runs: the running job may have read the database before the change
that the new one is about, so the new one must run too. Three things make this exact. A job gives up its key before its
body begins. A caller that finds a waiting job with the same key locks that row until it commits, so that job cannot
begin before the caller's changes are visible. And a job that is to be tried again takes its key back, or ends when
another waiting job has the key meanwhile.

Urgent jobs have their own lane in every worker: its own connection, a concurrency that bulk work cannot use up, and a
short heartbeat, because an urgent job left behind by a dead worker is worthless after 20 seconds.

This is the only module that knows pgqueuer.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
import orjson

# All tables of pgqueuer live in their own schema; the migration that installs them uses the same name.
os.environ.setdefault("PGQUEUER_SCHEMA", "jobs")

from pgqueuer.db import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

from foundation import attempts, clock, database, failures, metrics
from foundation.errors import ErrorKind, NotAllowed, NotFound, PlatformError, Refused
from foundation.logging import logger
from foundation.settings import get_settings

URGENT = 100
"""For what a platform or a person waits for within seconds, such as WeCom's 20 seconds for a welcome message."""
NORMAL = 10
BULK = 0
"""For what may take an hour: campaign batches, nightly work."""

ATTEMPTS = 8
"""Tries before a job is parked; with the back-off below, the last one is 254 seconds after the first."""
HINT_ATTEMPTS = 4
"""Tries of a hint, within 14 seconds; after that the timetable finds the work again (`foundation.owed`)."""
FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 600.0
BATCH_SIZE = 20
"""Jobs fetched at once, and so the most that may run twice when a worker is killed."""
HEARTBEAT = timedelta(seconds=30)
"""A job whose worker has given no sign of life for this long is taken over by another worker."""
POLL = timedelta(seconds=2)
RECONNECT_SECONDS = 1.0
"""The pause between two tries to reach a PostgreSQL that is away; it restarts within a few seconds."""
URGENT_HEARTBEAT = timedelta(seconds=4)
"""The same for the urgent lane: a fifth of the time in which a welcome can be sent. When a live worker merely stalls
for longer, its job runs twice, which is harmless because every urgent effect is idempotent."""
URGENT_POLL = timedelta(seconds=1)
"""No notification is sent for the jobs of a dead worker, so the lane polls for them."""
_URGENT_LANE = "urgent:"

_LANE_OF = {URGENT: "urgent", NORMAL: "normal", BULK: "bulk"}

Body = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class JobDefinition:
    """A registered job: its name, its function, its priority and how often it is tried."""

    name: str
    body: Body
    priority: int
    attempts: int
    can_be_urgent: bool = False
    is_hint: bool = False


registry: dict[str, JobDefinition] = {}


def job(
    name: str,
    *,
    priority: int = NORMAL,
    attempts: int | None = None,
    can_be_urgent: bool = False,
    is_hint: bool = False,
) -> Callable[[Body], Body]:
    """Decorator that registers `body(**payload)` as the job `name`. `app.rooms` imports every module called `jobs.py`.

    `can_be_urgent`: some of its jobs are enqueued with URGENT and others are not. `is_hint`: its work is also a state
    in a table where the timetable finds it again, so the job is dropped after its tries instead of being parked.

    Raises:
        ValueError: another job has the name.
    """

    def register(body: Body) -> Body:
        if name in registry:
            raise ValueError(f"two jobs are named {name}")
        registry[name] = JobDefinition(
            name,
            body,
            priority,
            attempts or (HINT_ATTEMPTS if is_hint else ATTEMPTS),
            can_be_urgent or priority >= URGENT,
            is_hint,
        )
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
    """Add a job. Inside a transaction it is added only if the transaction commits.

    `delay_seconds` is real time and only for back-off; the timetable finds what is due at a business time.
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
    """Add many jobs of one kind in one statement; `dedupe_keys` has one key or None for each payload.

    Raises:
        ValueError: URGENT for a job that was not registered for it.
    """
    if not payloads:
        return
    definition = registry[name]
    chosen = definition.priority if priority is None else priority
    if chosen >= URGENT and not definition.can_be_urgent:
        raise ValueError(f"{name} has no urgent lane")
    entrypoint = f"{_URGENT_LANE}{name}" if chosen >= URGENT else name
    wanted: dict[str, tuple[bytes, str | None]] = {}
    for number, (payload, key) in enumerate(zip(payloads, dedupe_keys or [None] * len(payloads), strict=True)):
        full_key = None if key is None else f"{entrypoint}:{key}"
        wanted[full_key or f"#{number}"] = (orjson.dumps(payload), full_key)
    # Every caller adds jobs in the same order, so that two transactions that add the same ones cannot deadlock.
    bodies, keys = zip(*(wanted[one] for one in sorted(wanted)), strict=True)
    count = len(bodies)
    await _queries().enqueue(
        [entrypoint] * count,
        list(bodies),
        [chosen] * count,
        [timedelta(seconds=delay_seconds)] * count,
        list(keys),
        # Not "skip": only an update locks the waiting job with the same key until we commit.
        on_conflict="update_priority",
    )


def _queries() -> Queries:
    executor = database.executor()
    # The driver for a pool takes a connection per statement; inside a transaction its own connection must be used.
    driver = AsyncpgPoolDriver(executor) if isinstance(executor, asyncpg.Pool) else AsyncpgDriver(executor)
    return Queries(driver)


def back_off_seconds(attempt: int) -> float:
    """How long to wait after a failed try, where `attempt` counts from 0: 2, 4, 8 … at most 600 seconds."""
    return min(FIRST_DELAY_SECONDS * 2.0 ** max(attempt, 0), LONGEST_DELAY_SECONDS)


async def run_one(definition: JobDefinition, payload: dict[str, Any], attempt: int) -> None:
    """Run a job and decide what a failure means: the job is done, is tried again later, or is parked.

    Raises:
        RetryRequested: it is to be tried again later.
        Exception: the failure itself, after the last try; pgqueuer then parks the job.
    """
    await clock.refresh()
    try:
        with metrics.job_seconds.labels(definition.name).time():
            await attempts.repeat(partial(definition.body, **payload))
    except (Refused, NotFound, NotAllowed) as refusal:
        # A rule of the dealership refused it; the same job tried again would be refused again.
        logger.info("job_refused", job=definition.name, code=refusal.code, **refusal.details)
        metrics.jobs_total.labels(definition.name, "refused").inc()
    except Exception as error:
        is_permanent = isinstance(error, PlatformError) and error.kind in {ErrorKind.PERMANENT, ErrorKind.OUR_MISTAKE}
        metrics.jobs_total.labels(definition.name, "failed").inc()
        if definition.is_hint and (is_permanent or attempt + 1 >= definition.attempts):
            logger.warning("job_left_to_its_table", job=definition.name, attempt=attempt, error=repr(error))
            return
        if is_permanent or attempt + 1 >= definition.attempts:
            logger.exception("job_parked", job=definition.name, attempt=attempt)
            raise
        logger.warning("job_retry", job=definition.name, attempt=attempt, error=repr(error))
        raise RetryRequested(timedelta(seconds=back_off_seconds(attempt)), type(error).__name__) from error
    else:
        metrics.jobs_total.labels(definition.name, "done").inc()


async def _run(definition: JobDefinition, job: Job) -> None:
    try:
        key = await _give_key_back(job.id)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
        raise RetryRequested(timedelta(seconds=FIRST_DELAY_SECONDS), type(away).__name__) from away
    try:
        await run_one(definition, orjson.loads(job.payload or b"{}"), job.attempts)
    except RetryRequested:
        if key is None or await _takes_key_again(job.id, key):
            raise
        logger.info("job_left_to_its_twin", job=definition.name)


async def _give_key_back(job_id: int) -> str | None:
    key: str | None = await database.fetch_value(
        "WITH mine AS (SELECT id, dedupe_key FROM jobs.pgqueuer WHERE id = $1 AND dedupe_key IS NOT NULL FOR UPDATE) "
        "UPDATE jobs.pgqueuer j SET dedupe_key = NULL FROM mine WHERE j.id = mine.id RETURNING mine.dedupe_key",
        job_id,
    )
    return key


async def _takes_key_again(job_id: int, key: str) -> bool:
    """False when a job with the same key has been enqueued since; that one does the work."""
    try:
        await database.execute("UPDATE jobs.pgqueuer SET dedupe_key = $2 WHERE id = $1", job_id, key)
    except asyncpg.UniqueViolationError:
        return False
    return True


@dataclass(frozen=True)
class _Lane:
    """Which jobs one queue manager of a worker runs, and how soon it takes over those of a dead worker."""

    heartbeat: timedelta
    poll: timedelta
    concurrency: int
    is_urgent: bool

    def entrypoints(self) -> dict[str, JobDefinition]:
        if self.is_urgent:
            return {f"{_URGENT_LANE}{one.name}": one for one in registry.values() if one.can_be_urgent}
        return {one.name: one for one in registry.values() if one.priority < URGENT}


def _lanes() -> tuple[_Lane, _Lane]:
    concurrency = max(get_settings().worker_concurrency, 2 * BATCH_SIZE)
    return (
        _Lane(URGENT_HEARTBEAT, URGENT_POLL, concurrency, is_urgent=True),
        _Lane(HEARTBEAT, POLL, concurrency, is_urgent=False),
    )


def _manager(connection: "asyncpg.Connection", entrypoints: Mapping[str, JobDefinition]) -> QueueManager:
    manager = QueueManager(Queries(AsyncpgDriver(connection)))
    for name, definition in entrypoints.items():

        async def run(job: Job, definition: JobDefinition = definition) -> None:
            await _run(definition, job)

        manager.entrypoint(name, on_failure="hold", accepts_context=False)(run)
    return manager


async def work(stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set, then finish those that are running. While PostgreSQL is away, wait for it.

    Raises:
        Exception: a lane failed for another reason; `stop` is then set for the other lane.
    """
    endings = await asyncio.gather(*(_work_in(lane, stop) for lane in _lanes()), return_exceptions=True)
    for ending in endings:
        if ending is not None:
            raise ending


async def _work_in(lane: _Lane, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await _work_while_connected(lane, stop)
        except Exception as error:
            if not failures.is_away(error):
                # The other lane must end too, but not by cancellation: pgqueuer deletes a job that is cancelled while
                # it runs.
                stop.set()
                raise
        if not stop.is_set():
            logger.warning("worker_lost_database", again_in_seconds=RECONNECT_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RECONNECT_SECONDS)


async def _work_while_connected(lane: _Lane, stop: asyncio.Event) -> None:
    connection = await _connect()
    manager = _manager(connection, lane.entrypoints())

    async def relay() -> None:
        await stop.wait()
        manager.shutdown.set()

    relaying = asyncio.create_task(relay())
    try:
        await manager.run(
            dequeue_timeout=lane.poll,
            batch_size=BATCH_SIZE,
            max_concurrent_tasks=lane.concurrency,
            heartbeat_timeout=lane.heartbeat,
            shutdown_on_listener_failure=True,
        )
    finally:
        relaying.cancel()
        await connection.close()


@dataclass(frozen=True)
class Standing:
    """The state of the queue: jobs waiting and the age of the oldest due one by lane, and parked jobs by name."""

    waiting: dict[str, int]
    oldest_seconds: dict[str, float]
    parked: dict[str, int]


async def standing() -> Standing:
    """Count the waiting and the parked jobs, and how many seconds the oldest due job of each lane has waited."""
    waiting, oldest = dict.fromkeys(_LANE_OF.values(), 0), dict.fromkeys(_LANE_OF.values(), 0.0)
    parked: dict[str, int] = {}
    for row in await database.fetch(
        "SELECT entrypoint, priority, status::text, count(*) AS count, "
        "  extract(epoch FROM max(now() - greatest(created, execute_after)))::float8 AS oldest "
        "FROM jobs.pgqueuer GROUP BY 1, 2, 3"
    ):
        lane = next(name for least, name in _LANE_OF.items() if row["priority"] >= least)
        if row["status"] == "queued":
            waiting[lane] += row["count"]
            oldest[lane] = max(oldest[lane], row["oldest"])
        elif row["status"] == "failed":
            name = row["entrypoint"].removeprefix(_URGENT_LANE)
            parked[name] = parked.get(name, 0) + row["count"]
    return Standing(waiting, oldest, parked)


async def drain() -> None:
    """Run all jobs that are due now and those they enqueue, then return. For tests and one-shot commands."""
    everything = {name: one for lane in _lanes() for name, one in lane.entrypoints().items()}
    connection = await _connect()
    try:
        await _manager(connection, everything).run(
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
