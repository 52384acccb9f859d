"""The worker process: runs jobs until it is told to stop, then finishes those in hand."""

import asyncio
import gc
import signal

from foundation import cache, database, jobs, live
from foundation.logging import logger


async def work(config: dict[str, object]) -> None:
    """Run jobs until SIGTERM or SIGINT. `config` is Tortoise's; the caller has wired the job modules."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await database.connect(config)
    # Imported objects live for ever. Frozen, they are not scanned in each garbage collection, which would delay urgent
    # jobs such as a welcome.
    gc.freeze()
    logger.info("worker_started", jobs=len(jobs.registry))
    try:
        await jobs.work(stop)
    finally:
        await live.close()
        await cache.close()
        await database.close()
