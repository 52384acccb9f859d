"""Redis or Valkey: what may be lost and rebuilt. Tokens, rate limits, live hints, short locks; never the truth.

Because it may be lost, nobody waits for it and nobody fails with it. Each use has its way to do without, decided here:

    get, put     what this process put itself, until it runs out: a platform's token is fetched once for each process
    lock         not held: it only saves work
    first_use    seen by this process alone: a thing may be used once in each
    RateLimit    counted by this process alone, at a quarter of the rate: slower and stricter
    look         nobody else is seen: who looks at the same thing is a courtesy
    publish      False: the hint reaches this process's own sockets, others look again by themselves (`live`)

After a failure everybody does without it for AWAY_SECONDS, instead of finding out one after the other.
"""

import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Any, Final, TypeVar

from redis import asyncio as aioredis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from foundation import metrics
from foundation.logging import logger
from foundation.settings import get_settings

T = TypeVar("T")

ANSWER_SECONDS: Final = 0.5
"""It answers within a millisecond; a server that takes this long is as good as none."""
AWAY_SECONDS: Final = 2.0
"""A server that failed is asked again after this."""
OWN_SHARE: Final = 4
"""A machine runs about four processes (two web workers, worker, scheduler): each keeps so much of a limit alone."""
MOST_OWN_COUNTS: Final = 20_000
"""Limits counted by one process at once, some megabytes; beyond them the oldest is forgotten."""

_client: aioredis.Redis | None = None
_away_until = 0.0
_own_values: dict[str, tuple[str, float]] = {}
_own_arrivals: dict[str, float] = {}


class _Away(Exception):
    """It does not answer; who asked does without."""


def redis() -> aioredis.Redis:
    """This process's client; opened on first use. Its failures are the caller's: prefer the functions below."""
    global _client
    if _client is None:
        _client = aioredis.from_url(
            get_settings().redis_url.get_secret_value(),
            decode_responses=True,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            # One more try, since a connection kept from before a restart fails once.
            retry=Retry(NoBackoff(), 1),
        )
    return _client


async def close() -> None:
    """Close the client and forget what was kept in its place."""
    global _client, _away_until
    _away_until = 0.0
    _own_values.clear()
    _own_arrivals.clear()
    if _client is not None:
        await _client.aclose()
        _client = None


async def answers() -> bool:
    """Whether it is there now; asked anew each time."""
    try:
        await redis().ping()
    except (aioredis.RedisError, OSError):
        return False
    return True


async def _ask(use: str, command: Callable[[aioredis.Redis], Awaitable[T]]) -> T:
    """One use of the server.

    Raises:
        _Away: it failed now, or a moment ago.
    """
    global _away_until
    if monotonic() >= _away_until:
        try:
            return await command(redis())
        except (aioredis.RedisError, OSError) as error:
            _away_until = monotonic() + AWAY_SECONDS
            logger.warning("cache_away", use=use, error=type(error).__name__)
    metrics.without_cache_total.labels(use).inc()
    raise _Away


async def get(key: str) -> str | None:
    """The value kept under `key`; None when there is none."""

    async def command(client: aioredis.Redis) -> Any:
        return await client.get(key)

    try:
        value = await _ask("get", command)
    except _Away:
        value, ends_at = _own_values.get(key, (None, 0.0))
        return value if monotonic() < ends_at else None
    return None if value is None else str(value)


async def put(key: str, value: str, *, seconds: int) -> None:
    """Keep a value for so long; there are few such keys, so that each process keeps a copy of its own."""
    _own_values[key] = (value, monotonic() + seconds)

    async def command(client: aioredis.Redis) -> Any:
        return await client.set(key, value, ex=seconds)

    with contextlib.suppress(_Away):
        await _ask("put", command)


async def first_use(key: str, *, seconds: int) -> bool:
    """True the first time within `seconds` that anybody asks for `key`."""
    known = _own_values.get(f"used:{key}", ("", 0.0))[1] > monotonic()
    _own_values[f"used:{key}"] = ("", monotonic() + seconds)
    _forget_old(_own_values)

    async def command(client: aioredis.Redis) -> Any:
        return await client.set(f"used:{key}", "1", ex=seconds, nx=True)

    try:
        return bool(await _ask("first_use", command))
    except _Away:
        return not known


# One sorted set for each thing: who looked, at which second; the server's clock, since many processes write.
_LOOK: Final = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""


async def look(thing: str, who: int, *, seconds: int) -> list[int]:
    """Note that somebody looks at a thing; the others who looked at it within the last `seconds`."""

    async def command(client: aioredis.Redis) -> Any:
        return await client.eval(_LOOK, 1, f"look:{thing}", who, seconds)

    try:
        return [int(each) for each in await _ask("look", command) if int(each) != who]
    except _Away:
        return []


async def publish(channel: str, message: bytes) -> bool:
    """Send to all who listen; False when it could not be sent."""

    async def command(client: aioredis.Redis) -> Any:
        return await client.publish(channel, message)

    try:
        await _ask("publish", command)
    except _Away:
        return False
    return True


@contextlib.asynccontextmanager
async def lock(name: str, *, ttl_seconds: float = 10, wait_seconds: float = 10) -> AsyncIterator[None]:
    """A short lock between processes: a courtesy that saves work, never what correctness hangs on."""
    held = Lock(redis(), f"lock:{name}", timeout=ttl_seconds, blocking_timeout=wait_seconds)
    acquired = False
    with contextlib.suppress(_Away):
        acquired = await _ask("lock", lambda _: held.acquire())
    try:
        yield
    finally:
        if acquired:
            # It may have expired while we worked; then it is somebody else's and not ours to release.
            with contextlib.suppress(aioredis.RedisError, OSError):
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


_GIVE_BACK: Final = """
local tat = redis.call('GET', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if tat and left > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', tonumber(tat) - tonumber(ARGV[1])), 'PX', left)
end
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

        async def command(client: aioredis.Redis) -> Any:
            return await client.eval(_GCRA, 1, f"rate:{self.name}:{key}", self.interval_us, self.limit)

        try:
            return int(await _ask("rate_limit", command)) / 1_000_000
        except _Away:
            return self._wait_alone(f"{self.name}:{key}")

    async def give_back(self, key: str = "") -> None:
        """Return a place that was taken and not needed after all."""

        async def command(client: aioredis.Redis) -> Any:
            return await client.eval(_GIVE_BACK, 1, f"rate:{self.name}:{key}", self.interval_us)

        own = f"{self.name}:{key}"
        if own in _own_arrivals:
            _own_arrivals[own] -= self.interval_us * OWN_SHARE / 1_000_000
        with contextlib.suppress(_Away):
            await _ask("rate_limit", command)

    def _wait_alone(self, key: str) -> float:
        """The same count by this process alone, with its share of the limit."""
        now = monotonic()
        interval, burst = self.interval_us * OWN_SHARE / 1_000_000, math.ceil(self.limit / OWN_SHARE)
        arrival = max(_own_arrivals.pop(key, now), now)
        allowed_at = arrival - interval * (burst - 1)
        if allowed_at <= now:
            arrival += interval
        # Put in anew, so that the oldest come first.
        _own_arrivals[key] = arrival
        _forget_old(_own_arrivals)
        return max(allowed_at - now, 0.0)


def _forget_old(kept: dict[str, Any]) -> None:
    if len(kept) > MOST_OWN_COUNTS:
        del kept[next(iter(kept))]
