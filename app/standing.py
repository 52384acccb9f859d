"""The state of the whole system, measured every few seconds: what can be reached, and what waits for how long."""

import asyncio
from typing import Final

from crm_core.dealerships import audit_checking
from crm_core.messaging.models import MessageState
from foundation import cache, clock, database, jobs, metrics, owed, parked
from foundation.logging import logger
from foundation.reading import literals

LOOK_SECONDS: Final = 10.0
"""The pause between two looks, shorter than the interval of a scrape; each look is a handful of index scans."""
AGAIN_SECONDS: Final = 1.0
"""The pause after a look that failed, as the first one does while the process is still connecting."""
ANSWER_SECONDS: Final = 5.0

_INBOX: Final = "SELECT count(*) AS waiting, min(received_at) AS oldest FROM inbox_message WHERE handled_at IS NULL"
_MESSAGES: Final = (
    f"SELECT count(*) AS waiting, min(created_at) AS oldest FROM message WHERE state = {literals(MessageState.PENDING)}"
)
# Real time, since backups go by it. Before the first part is archived, the age counts from when the figures began.
_ARCHIVE: Final = (
    "SELECT extract(epoch FROM clock_timestamp() - coalesce(last_archived_time, stats_reset))::float8 "
    "FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'"
)


async def watch_dependencies() -> None:
    """Watch, until cancelled, whether this process reaches PostgreSQL and Valkey."""
    while True:
        metrics.dependency_up.labels("postgresql").set(await _database_answers())
        metrics.dependency_up.labels("valkey").set(await cache.answers())
        await asyncio.sleep(LOOK_SECONDS)


async def watch_house() -> None:
    """Count, until cancelled, what waits in queue, inbox and messages. A count that fails keeps its last value."""
    while True:
        try:
            await look()
        except Exception as error:
            # Nobody would notice if this loop ended, so it goes on after any error. The first look may come before the
            # process has opened its pool.
            if database.is_connected():
                logger.warning("standing_not_seen", error=type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            await asyncio.sleep(LOOK_SECONDS)


async def look() -> None:
    """Set the gauges once."""
    queue = await jobs.standing()
    for lane, waiting in queue.waiting.items():
        metrics.jobs_waiting.labels(lane).set(waiting)
    for lane, seconds in queue.oldest_seconds.items():
        metrics.jobs_oldest_seconds.labels(lane).set(seconds)
    metrics.jobs_parked.clear()
    for name, count in queue.parked.items():
        metrics.jobs_parked.labels(name).set(count)
    for debt in owed.debts.values():
        metrics.owed_in_trouble.labels(debt.job).set(await parked.in_trouble(debt))
    for sql, count_gauge, age_gauge in (
        (_INBOX, metrics.inbox_waiting, metrics.inbox_lag_seconds),
        (_MESSAGES, metrics.messages_waiting, metrics.messages_oldest_seconds),
    ):
        row = await database.fetch_one(sql)
        assert row is not None
        count_gauge.set(row["waiting"])
        age_gauge.set((clock.now() - row["oldest"]).total_seconds() if row["oldest"] else 0)
    metrics.audit_broken.set(await audit_checking.is_broken())
    metrics.archive_lag_seconds.set(await database.fetch_value(_ARCHIVE) or 0)


async def _database_answers() -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return bool(await database.fetch_value("SELECT 1") == 1)
    except Exception:
        return False
