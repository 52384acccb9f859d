"""Redis or Valkey holds only what may be lost and rebuilt: tokens, rate limits, live hints and short locks.

Because it may be lost, no caller waits for it or fails with it. Each use has a fallback while the server is away:

    get, put     only what this process put itself and has not expired, so each process fetches a platform's token once
    lock         the block runs without the lock, which only saves work
    first_use    only this process's own uses are known, so a thing may be used once in each process
    RateLimit    this process counts alone, at a quarter of the rate, so the limit is never exceeded
    look         nobody else is seen; showing who else looks at a thing is only a courtesy
    publish      returns False; the hint reaches this process's own sockets, and other pages poll (`live`)

After one failure the server is not asked again for AWAY_SECONDS, so that not every caller waits for its own timeout.
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
"""A healthy server answers within a millisecond; one that takes this long is treated as away."""
AWAY_SECONDS: Final = 2.0
"""How long a server that failed is not asked again."""
OWN_SHARE: Final = 4
"""A machine runs about four processes (two web workers, worker, scheduler), so each alone may use this fraction, one
in four, of a limit."""
MOST_OWN_COUNTS: Final = 20_000
"""Limits one process counts at the same time (a few megabytes); beyond that the oldest is forgotten."""

_client: aioredis.Redis | None = None
_away_until = 0.0
_own_values: dict[str, tuple[str, float]] = {}
_own_arrivals: dict[str, float] = {}


class _Away(Exception):
    """The server does not answer; the caller uses its fallback."""


def redis() -> aioredis.Redis:
    """This process's client, opened on first use. The caller must handle its failures, so prefer the functions
    below.
    """
    global _client
    if _client is None:
        _client = aioredis.from_url(
            get_settings().redis_url.get_secret_value(),
            decode_responses=True,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            # One more try, because a connection that was open before a restart of the server fails once.
            retry=Retry(NoBackoff(), 1),
        )
    return _client


async def close() -> None:
    """Close the client and forget the values this process kept as a fallback."""
    global _client, _away_until
    _away_until = 0.0
    _own_values.clear()
    _own_arrivals.clear()
    if _client is not None:
        await _client.aclose()
        _client = None


async def answers() -> bool:
    """Whether the server answers now; it is asked each time, even shortly after a failure."""
    try:
        await redis().ping()
    except (aioredis.RedisError, OSError):
        return False
    return True


async def _ask(use: str, command: Callable[[aioredis.Redis], Awaitable[T]]) -> T:
    """Send one command to the server. `use` names it in the metrics.

    Raises:
        _Away: the server failed now or less than AWAY_SECONDS ago.
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
    """Keep a value for `seconds`. Each process also keeps its own copy as a fallback; there are only few such keys."""
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


# One sorted set per thing holds who looked and in which second. The server's clock is used, as many processes write.
_LOOK: Final = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""


async def look(thing: str, who: int, *, seconds: int) -> list[int]:
    """Note that `who` looks at `thing`, and return everybody else who looked at it within the last `seconds`."""

    async def command(client: aioredis.Redis) -> Any:
        return await client.eval(_LOOK, 1, f"look:{thing}", who, seconds)

    try:
        return [int(each) for each in await _ask("look", command) if int(each) != who]
    except _Away:
        return []


async def publish(channel: str, message: bytes) -> bool:
    """Send `message` to all subscribers of `channel`; False when the server is away."""

    async def command(client: aioredis.Redis) -> Any:
        return await client.publish(channel, message)

    try:
        await _ask("publish", command)
    except _Away:
        return False
    return True


@contextlib.asynccontextmanager
async def lock(name: str, *, ttl_seconds: float = 10, wait_seconds: float = 10) -> AsyncIterator[None]:
    """Hold a short lock between processes, or run the block without it when the server is away.

    It only saves duplicate work: correctness must never depend on it.
    """
    held = Lock(redis(), f"lock:{name}", timeout=ttl_seconds, blocking_timeout=wait_seconds)
    acquired = False
    with contextlib.suppress(_Away):
        acquired = await _ask("lock", lambda _: held.acquire())
    try:
        yield
    finally:
        if acquired:
            # The lock may have expired while we worked; then somebody else holds it, and it is not ours to release.
            with contextlib.suppress(aioredis.RedisError, OSError):
                await held.release()


# Generic cell rate algorithm: one key holds the theoretical arrival time (tat), so a limit costs one small value.
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


_TAKEN: Final = """
local now = redis.call('TIME')
local now_us = now[1] * 1000000 + now[2]
local tat = tonumber(redis.call('GET', KEYS[1]) or now_us)
return math.max(math.ceil((tat - now_us) / tonumber(ARGV[1])), 0)
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
    """At most `limit` acts per `period_seconds` for each key, counted over all processes and machines."""

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

    async def free_within(self, seconds: float, key: str = "") -> int | None:
        """How many places are free now or become free within this time, taking none; None when Redis is away."""

        async def command(client: aioredis.Redis) -> Any:
            return await client.eval(_TAKEN, 1, f"rate:{self.name}:{key}", self.interval_us)

        try:
            taken = int(await _ask("rate_limit", command))
        except _Away:
            return None
        return max(self.limit - taken + int(seconds * 1_000_000 / self.interval_us), 0)

    async def give_back(self, key: str = "") -> None:
        """Return a place that was taken but not needed."""

        async def command(client: aioredis.Redis) -> Any:
            return await client.eval(_GIVE_BACK, 1, f"rate:{self.name}:{key}", self.interval_us)

        own = f"{self.name}:{key}"
        if own in _own_arrivals:
            _own_arrivals[own] -= self.interval_us * OWN_SHARE / 1_000_000
        with contextlib.suppress(_Away):
            await _ask("rate_limit", command)

    def _wait_alone(self, key: str) -> float:
        """The same algorithm counted by this process alone, with its share of the limit."""
        now = monotonic()
        interval, burst = self.interval_us * OWN_SHARE / 1_000_000, math.ceil(self.limit / OWN_SHARE)
        arrival = max(_own_arrivals.pop(key, now), now)
        allowed_at = arrival - interval * (burst - 1)
        if allowed_at <= now:
            arrival += interval
        # The key was popped and is inserted again, so that the dict stays ordered by last use.
        _own_arrivals[key] = arrival
        _forget_old(_own_arrivals)
        return max(allowed_at - now, 0.0)


def _forget_old(kept: dict[str, Any]) -> None:
    if len(kept) > MOST_OWN_COUNTS:
        del kept[next(iter(kept))]
