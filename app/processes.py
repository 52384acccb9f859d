"""The worker and scheduler processes, with everything wired in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

from prometheus_client import CollectorRegistry

from app import metrics_page, migrations, orm, standing
from app.wiring import wire
from foundation import failures, logging, metrics
from foundation.logging import logger
from foundation.settings import get_settings
from scheduler import main as scheduler_main
from scheduler import worker

Watch = Callable[[], Awaitable[None]]

AGAIN_SECONDS: Final = 1.0
"""The pause between two tries to reach PostgreSQL when it is away at our start."""


def run_worker() -> None:
    """`wedealer worker`."""
    asyncio.run(_run(worker.work, [metrics.ours], [standing.watch_dependencies]))


def run_scheduler() -> None:
    """`wedealer scheduler`."""
    watches = [standing.watch_dependencies, standing.watch_house]
    asyncio.run(_run(scheduler_main.run_until_signalled, [metrics.ours, metrics.standing], watches))


async def _run(
    process: Callable[[dict[str, object]], Awaitable[None]],
    shown: Sequence[CollectorRegistry],
    watches: Sequence[Watch],
) -> None:
    logging.configure(get_settings().log_level)
    wire(with_endpoints=False)
    pulse = metrics_page.Pulse()
    metrics_page.show(shown, pulse.is_there)
    async with AsyncExitStack() as stack:
        for watch in (pulse.keep, *watches):
            stack.callback(asyncio.ensure_future(watch()).cancel)
        await _schema_is_current()
        await process(orm.tortoise_config())


async def _schema_is_current() -> None:
    """Wait for PostgreSQL as long as it is away, then check its schema.

    Raises:
        SchemaOutdated: its schema is older than the code.
    """
    while True:
        try:
            return await migrations.assert_schema_current(get_settings().database_url.get_secret_value())
        except Exception as error:
            if not failures.is_away(error):
                raise
            logger.warning("database_away_at_start", again_in_seconds=AGAIN_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)
