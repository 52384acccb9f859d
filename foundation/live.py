"""Live hints over Redis: "there is something new on this channel". Lossy by design.

A hint carries no truth: whoever gets one (or reconnects) reads what is new from PostgreSQL after its last number. Each
process keeps one subscription and shares it among its sockets.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson

from foundation import cache
from foundation.logging import logger

_CHANNEL = "live"
WAITING = 100
"""Hints kept for one slow socket; more are dropped, since one is enough to make it read."""

_queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
_listener: asyncio.Task[None] | None = None
_ready: asyncio.Event | None = None


async def publish(channel: str, hint: dict[str, Any]) -> None:
    """Tell every process; call it from an `after_commit` hook. A dead Redis is logged, not raised."""
    try:
        await cache.redis().publish(_CHANNEL, orjson.dumps([channel, hint]))
    except Exception:
        logger.warning("live_publish_failed", channel=channel)


@contextlib.asynccontextmanager
async def subscribe(channel: str) -> AsyncIterator["asyncio.Queue[dict[str, Any]]"]:
    """A queue of hints for `channel`; it is listening before the block starts."""
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
    """Hand hints out for ever; after a lost connection wake everybody, since hints may have been missed."""
    delay = 0.5
    while True:
        try:
            async with cache.redis().pubsub() as pubsub:
                await pubsub.subscribe(_CHANNEL)
                ready.set()
                delay = 0.5
                _broadcast({"reconnected": True})
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        channel, hint = orjson.loads(message["data"])
                        _offer(_queues.get(channel, set()), hint)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.warning("live_reconnecting", seconds=delay)
            ready.set()
            await asyncio.sleep(delay)
            delay = min(delay * 2, 10)


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
