"""Two transactions at once, in an order that a test decides: the second begins while the first is still open."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from foundation import database

T = TypeVar("T")
U = TypeVar("U")

LOOK_SECONDS: Final = 0.01
_WAITS: Final = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def while_open(
    first: Callable[[], Awaitable[T]], second: Callable[[], Awaitable[U]], *, waiting: int = 1
) -> tuple[T, U]:
    """Run `first` in a transaction that commits only when `second`, begun after it, waits for one of its locks (in so
    many transactions) or has ended; returns what both returned.
    """
    has_acted, may_commit = asyncio.Event(), asyncio.Event()

    async def held() -> T:
        async with database.transaction():
            done = await first()
            has_acted.set()
            await may_commit.wait()
            return done

    opened = asyncio.ensure_future(held())
    acted = asyncio.ensure_future(has_acted.wait())
    await asyncio.wait([opened, acted], return_when=asyncio.FIRST_COMPLETED)
    following = asyncio.ensure_future(second())
    while not following.done() and await database.fetch_value(_WAITS) < waiting:
        await asyncio.sleep(LOOK_SECONDS)
    may_commit.set()
    acted.cancel()
    return await opened, await following
