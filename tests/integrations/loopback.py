"""A real HTTP server on 127.0.0.1 that plays the platform with answers written by the test."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web


@dataclass(frozen=True)
class Received:
    """One request as it arrived on the wire."""

    method: str
    path_and_query: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.path_and_query.partition("?")[0]

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What the server answers; None as status breaks the connection instead."""

    body: bytes = b""
    status: int | None = 200
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Reply":
        return cls(orjson.dumps(value), status, {"Content-Type": "application/json; charset=utf-8"})


BROKEN = Reply(status=None)
Answer = Callable[[Received], Reply | Awaitable[Reply]]


class Loopback:
    """Keeps every request it received."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.received: list[Received] = []
        self.url = ""

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        received = Received(
            request.method, request.raw_path, dict(request.query), dict(request.headers), await request.read()
        )
        self.received.append(received)
        answer = self.answer(received)
        reply = await answer if inspect.isawaitable(answer) else answer
        if reply.status is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return web.Response(body=reply.body, status=reply.status, headers=reply.headers)


@asynccontextmanager
async def loopback(answer: Answer) -> AsyncIterator[Loopback]:
    """Serve `answer` until the block ends."""
    server = Loopback(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server._handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield server
    finally:
        await runner.cleanup()
