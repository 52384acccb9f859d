"""A dealer group with 250,000 owners, their cars and visits, and a marketer who may see all of them."""

import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from app import orm
from app.seed import fill
from app.wiring import wire
from benchmarks.stack import migrated, servers
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, Staff, StaffRole
from foundation import cache, database
from foundation.settings import get_settings

OWNERS: Final = 250_000
ROUNDS: Final = 5


@asynccontextmanager
async def large_base(owners: int) -> AsyncIterator[Actor]:
    """Servers that hold this many owners, with this process connected to them."""
    with servers() as stack:
        await migrated(stack)
        # No platform: the seed would bring its people into a simulator, and none runs here.
        os.environ["WEDEALER_SIMULATOR_URL"] = ""
        get_settings.cache_clear()
        wire()
        await database.connect(orm.tortoise_config())
        try:
            await fill(owners, quiet=True)
            yield await _marketer_of_the_group()
        finally:
            await cache.close()
            await database.close()


async def _marketer_of_the_group() -> Actor:
    staff = await Staff.create(userid="bench", name="林晓")
    await StaffRole.create(staff_id=staff.id, role=Role.MKT)
    return await staff_actor(staff.id)


async def median_seconds(work: Callable[[], Awaitable[object]]) -> float:
    """The median time of `work` over a few rounds, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
