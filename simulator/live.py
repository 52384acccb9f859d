"""Live hints to the page: what changed, as server-sent events. A slow watcher loses hints; nothing waits for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson

QUEUE_LIMIT = 500
"""Hints a watcher may lag behind; then it gets one `overflow` and should load anew."""
HEARTBEAT_SECONDS = 15.0
"""Below the idle time-out of common proxies."""


class Stream:
    """Fans events out to the watchers of `/control/events`."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[bytes]] = set()
        self._last_id = 0

    def publish(self, event: str, data: dict[str, Any]) -> None:
        """Tell every watcher."""
        self._last_id += 1
        frame = f"id: {self._last_id}\nevent: {event}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"
        for queue in self._watchers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                frame = b"event: overflow\ndata: {}\n\n"
            queue.put_nowait(frame)

    async def watch(self) -> AsyncIterator[bytes]:
        """Frames for one watcher, with a heartbeat while nothing happens."""
        with self._queue() as queue:
            yield b"event: hello\ndata: {}\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"

    @contextlib.contextmanager
    def _queue(self) -> Iterator[asyncio.Queue[bytes]]:
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_LIMIT)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
