"""Redis or Valkey: what may be lost and rebuilt. Tokens, rate limits, live hints, short locks; never the truth."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

from redis import asyncio as aioredis
from redis.asyncio.lock import Lock

from foundation.settings import get_settings

_client: aioredis.Redis | None = None


def redis() -> aioredis.Redis:
    """This process's client; opened on first use."""
    global _client
    if _client is None:
        _client = aioredis.from_url(get_settings().redis_url.get_secret_value(), decode_responses=True)
    return _client


async def close() -> None:
    """Close the client."""
    global _client
    if _client is not None:
        await _client.aclose()
        _client = None


@contextlib.asynccontextmanager
async def lock(name: str, *, ttl_seconds: float = 10, wait_seconds: float = 10) -> AsyncIterator[None]:
    """A short lock between processes: a courtesy that saves work, never what correctness hangs on."""
    held = Lock(redis(), f"lock:{name}", timeout=ttl_seconds, blocking_timeout=wait_seconds)
    acquired = await held.acquire()
    try:
        yield
    finally:
        if acquired:
            # It may have expired while we worked; then it is somebody else's and not ours to release.
            with contextlib.suppress(aioredis.RedisError):
                await held.release()


# Generic cell rate algorithm: one key holds the theoretical arrival time, so a limit costs one small value.
_GCRA: Final = """
local now = redis.call('TIME')
local now_us = now[1] * 1000000 + now[2]
local interval_us = tonumber(ARGV[1])
local burst = tonumber(ARGV[2])
local tat = tonumber(redis.call('GET', KEYS[1]) or now_us)
if tat < now_us then tat = now_us end
local allow_at = tat - interval_us * (burst - 1)
if allow_at > now_us then return math.ceil(allow_at - now_us) end
tat = tat + interval_us
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now_us) / 1000) + 1)
return 0
"""


class RateLimit:
    """At most `limit` acts per `period_seconds` for each key, shared by every process and machine."""

    def __init__(self, name: str, *, limit: int, period_seconds: float) -> None:
        self.name = name
        self.limit = limit
        self.interval_us = int(period_seconds * 1_000_000 / limit)

    async def wait_seconds(self, key: str = "") -> float:
        """Take one place and return 0, or take none and return the seconds until one is free."""
        waited = await redis().eval(_GCRA, 1, f"rate:{self.name}:{key}", self.interval_us, self.limit)
        return int(waited) / 1_000_000
