"""Live hints over Redis: "there is something new on this channel". Hints may be lost, by design.

A hint carries no data that matters: a page that gets one, or reconnects, reads everything after its last number from
PostgreSQL. Each process has one subscription and shares it among its sockets.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
from redis.asyncio.client import PubSub

from foundation import cache
from foundation.logging import logger

_CHANNEL = "live"
RECONNECT_SECONDS = 3.0
"""While Redis is away, each process tries to reconnect and wakes its sockets this often, so a page lags at most this
long."""
SILENCE_SECONDS = 5.0
"""A server that hangs does not close its connections, so after this silence it is sent a ping."""
WAITING = 100
"""Hints kept for one slow socket; further ones are dropped, since one is enough to make the page read."""

_queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
_listener: asyncio.Task[None] | None = None
_ready: asyncio.Event | None = None


async def publish(channel: str, hint: dict[str, Any]) -> None:
    """Send a hint to the sockets of every process, or of this one alone while Redis is away.

    Call it from an `after_commit` hook, so that what the hint is about can already be read.
    """
    if not await cache.publish(_CHANNEL, orjson.dumps([channel, hint])):
        _offer(_queues.get(channel, set()), hint)


@contextlib.asynccontextmanager
async def subscribe(channel: str) -> AsyncIterator["asyncio.Queue[dict[str, Any]]"]:
    """Yield a queue of hints for `channel`, to which it is subscribed before the block starts."""
    await _start()
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING)
    _queues.setdefault(channel, set()).add(queue)
    try:
        yield queue
    finally:
        members = _queues[channel]
        members.discard(queue)
        if not members:
            del _queues[channel]


async def _start() -> None:
    global _listener, _ready
    if _listener is None or _listener.done():
        _ready = asyncio.Event()
        _listener = asyncio.create_task(_listen(_ready))
    assert _ready is not None
    await _ready.wait()


async def _listen(ready: asyncio.Event) -> None:
    """Hand out hints for ever.

    While the connection is lost every subscriber is woken each RECONNECT_SECONDS, and once more when it is back, so
    that pages read from PostgreSQL what they missed.
    """
    while True:
        try:
            async with cache.redis().pubsub() as pubsub:
                await pubsub.subscribe(_CHANNEL)
                ready.set()
                _broadcast({"reconnected": True})
                await _hand_out(pubsub)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            logger.warning("live_reconnecting", error=type(error).__name__)
            ready.set()
            _broadcast({"reconnected": True})
            await asyncio.sleep(RECONNECT_SECONDS)


async def _hand_out(pubsub: PubSub) -> None:
    """Hand out hints until the connection is lost.

    Raises:
        TimeoutError: the server did not answer a ping.
    """
    is_asked = False
    while True:
        message = await pubsub.get_message(timeout=SILENCE_SECONDS)
        if message is None:
            if is_asked:
                raise TimeoutError("no pong")
            await pubsub.ping()
            is_asked = True
            continue
        is_asked = False
        if message["type"] == "message":
            channel, hint = orjson.loads(message["data"])
            _offer(_queues.get(channel, set()), hint)


def _broadcast(hint: dict[str, Any]) -> None:
    for queues in list(_queues.values()):
        _offer(queues, hint)


def _offer(queues: set["asyncio.Queue[dict[str, Any]]"], hint: dict[str, Any]) -> None:
    for queue in queues:
        with contextlib.suppress(asyncio.QueueFull):
            queue.put_nowait(hint)


async def close() -> None:
    """Stop listening."""
    global _listener
    if _listener is not None:
        _listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await _listener
        _listener = None
