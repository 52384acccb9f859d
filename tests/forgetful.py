"""The product's endpoints within this process; everything done through them is rolled back.

Each request runs in a transaction that is taken back once it is answered: thousands of requests find the same world,
in any order. A socket would cost more than most answers, so requests are handed to Sanic directly.
"""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from sanic import Request, Sanic
from sanic.asgi import Lifespan

from app.server import _doors
from app.wiring import wire
from foundation import database, live
from foundation.web import render_error

REFUSALS: Final = (403, 404)
_numbers = itertools.count(1)


class _Undo(Exception):
    """Raised to roll back what a request did."""


class _Forgetful(Sanic[Any, Any]):
    __slots__ = ()

    async def handle_request(self, request: Request) -> None:
        with contextlib.suppress(_Undo):
            async with database.transaction():
                await super().handle_request(request)
                raise _Undo


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def is_refusal(self) -> bool:
        """Whether the door stayed shut; 404 hides that there is such a thing."""
        return self.status in REFUSALS


@dataclass(frozen=True)
class Asking:
    """One request that anybody may send."""

    method: str
    path: str
    query: dict[str, Any]
    body: Any
    named: tuple[tuple[str, int], ...] = ()
    """The ids in it, with the names of their parameters."""


@dataclass(frozen=True)
class Doors:
    """All doors of the product."""

    _app: _Forgetful

    async def answer(self, asking: Asking, token: str) -> Answer:
        """The answer for the holder of this token."""
        sent: list[Any] = []
        content = b"" if asking.body is None else orjson.dumps(asking.body)
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": asking.method,
            "path": asking.path,
            "raw_path": quote(asking.path).encode(),
            "query_string": urlencode(asking.query, doseq=True).encode(),
            "headers": [(b"host", b"test"), (b"authorization", f"Bearer {token}".encode())],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 50_000),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(event: Any) -> None:
            sent.append(event)

        await self._app(scope, receive, send)
        text = b"".join(event.get("body", b"") for event in sent).decode(errors="replace")
        return Answer(sent[0]["status"], text)


@contextlib.asynccontextmanager
async def forgetful_doors() -> AsyncIterator[Doors]:
    """The doors, on the connected database."""
    wire()
    app = _Forgetful(f"forgetful-{next(_numbers)}", configure_logging=False)
    # Sanic's rewriting of its own methods works once in a process; each test makes an application.
    app.config.TOUCHUP = False
    app.asgi = True
    app.error_handler.add(Exception, render_error)
    _doors(app)
    await Lifespan(app, {"type": "lifespan"}, _nothing_comes, _nobody_listens).startup()
    yield Doors(app)
    await live.close()


async def _nothing_comes() -> dict[str, Any]:
    return {}


async def _nobody_listens(event: Any) -> None:
    """Nothing to do here; a real server would be told that we have started."""
