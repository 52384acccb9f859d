"""The worker and scheduler processes, with everything wired in."""

import asyncio

from app import migrations, orm
from app.wiring import wire
from foundation import logging
from foundation.settings import get_settings
from scheduler import main as scheduler_main
from scheduler import worker


def run_worker() -> None:
    """`wedealer worker`."""
    asyncio.run(_run_worker())


def run_scheduler() -> None:
    """`wedealer scheduler`."""
    asyncio.run(_run_scheduler())


async def _prepare() -> dict[str, object]:
    settings = get_settings()
    logging.configure(settings.log_level)
    wire(with_endpoints=False)
    await migrations.assert_schema_current(settings.database_url.get_secret_value())
    return orm.tortoise_config()


async def _run_worker() -> None:
    await worker.work(await _prepare())


async def _run_scheduler() -> None:
    await scheduler_main.run_until_signalled(await _prepare())
