"""One platform access token shared by every process through Redis.

A platform counts token calls and may end an old token when a new one is made, so N workers must not each fetch their
own. The token is kept in Redis under one key. The first process that finds it missing takes a short lock and fetches
it; the others wait and read it. Redis may fail: until it is back, each process fetches and keeps a token of its own,
and both platforms give all of them the same one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from foundation import cache

REFRESH_LOCK_TTL_SECONDS = 30
"""Longer than one token call with its timeout, so that two processes never fetch side by side."""

EXPIRY_MARGIN_SECONDS = 300
"""We forget a token this long before the platform does: both platforms hand out the next one in the last 5 minutes."""

MINIMUM_LIFETIME_SECONDS = 30
"""A token that is nearly over (a test, a moved clock) is still kept this long; the platform's refusal renews it."""

TokenFetch = Callable[[], Awaitable[tuple[str, int]]]
"""Asks the platform: returns the token and its life in seconds (`access_token`, `expires_in`)."""


class SharedToken:
    """An access token kept in Redis under `cache_key` and refreshed once, under a lock, for all processes."""

    def __init__(self, cache_key: str, fetch: TokenFetch) -> None:
        self._cache_key = cache_key
        self._fetch = fetch
        # One lock for each event loop, since an asyncio.Lock belongs to one; the tasks of a process wait on it instead
        # of polling Redis.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def get(self) -> str:
        """The current token, fetched when none is cached. Raises whatever `fetch` raises."""
        return await self._cached() or await self._refresh(stale_token=None)

    async def renew(self, stale_token: str) -> str:
        """The token to use after the platform refused `stale_token` (40001, 40014, 42001).

        When another process has renewed it meanwhile, its token is returned and the platform is not asked again.
        """
        return await self._refresh(stale_token)

    async def _refresh(self, stale_token: str | None) -> str:
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if token := await self._cached(other_than=stale_token):
                return token
            seconds = REFRESH_LOCK_TTL_SECONDS
            async with cache.lock(f"{self._cache_key}:refresh", ttl_seconds=seconds, wait_seconds=seconds):
                if token := await self._cached(other_than=stale_token):
                    return token
                return await self._fetched()

    async def _fetched(self) -> str:
        token, expires_in_seconds = await self._fetch()
        lifetime_seconds = max(expires_in_seconds - EXPIRY_MARGIN_SECONDS, MINIMUM_LIFETIME_SECONDS)
        await cache.put(self._cache_key, token, seconds=lifetime_seconds)
        return token

    async def _cached(self, *, other_than: str | None = None) -> str | None:
        token = await cache.get(self._cache_key)
        return token if token and token != other_than else None
