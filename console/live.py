"""Live pages of staff over server-sent events: a store's boards and one order. By the numbers a page skips repeated
news.

    GET /api/staff/stores/{id}/live?after=N&token=…            a number that grows with every step in the store
    GET /api/staff/repair-orders/{id}/live?after=N&token=…     the order's own numbered events, replayed after N

A board has no events to replay: its page is told that it is outdated and reads the board again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

import orjson
from sanic import Request
from sanic.exceptions import SanicException

from console import masked
from console.sign_in import api, listening_staff
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders import event_log, queries
from crm_core.repair_orders.event_log import StaffEvent
from foundation import clock, failures, live
from foundation.errors import NotFound, WeDealerError
from foundation.reading import read_model
from foundation.web import render_error
from foundation.web.api import LARGEST_ID

BEAT_SECONDS: Final = 15
"""How often a comment line is sent, so that neither a proxy nor our own time-out closes a quiet stream. At the same
time the session is checked again.
"""


class Numbered(Protocol):
    """A read model with the number from which a page continues."""

    @property
    def number(self) -> int: ...


@read_model
class Revision:
    """A board has changed; by the number a page sees whether it is up to date."""

    number: int


News = Callable[[Actor, int], Awaitable[Sequence[Numbered]]]
"""What is new for this reader after a number."""


async def follow_store(request: Request, store_id: str) -> None:
    """The store's boards."""
    known = _number(store_id)

    async def news(actor: Actor, last: int) -> list[Revision]:
        authorise(actor, "repair_orders.read", subject(store_id=known))
        revision = await queries.store_revision(known)
        return [Revision(revision)] if revision > last else []

    await _stream(request, f"store:{known}:workshop", news)


async def follow_order(request: Request, repair_order_id: str) -> None:
    """One order's log."""
    known = _number(repair_order_id)

    async def news(actor: Actor, last: int) -> list[StaffEvent]:
        await queries.readable(actor, known)
        events = await event_log.events_for_staff(known, last)
        return [replace(event, amount_fen=masked.fen(actor, event.amount_fen)) for event in events]

    await _stream(request, f"repair_order:{known}", news)


async def _stream(request: Request, channel: str, news: News) -> None:
    last = _number(request.args.get("after", "0"))
    await news(await listening_staff(request), last)  # Refuse before the stream begins, with a proper status.
    response = await request.respond(content_type="text/event-stream", headers={"cache-control": "no-store"})
    assert response is not None
    async with live.subscribe(channel) as hints:
        async for line in _lines(request, hints, news, last):
            await response.send(line)
    await response.eof()


async def _lines(request: Request, hints: "asyncio.Queue[dict[str, Any]]", news: News, last: int) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    while True:
        try:
            await clock.refresh()
            found = await news(await listening_staff(request), last)
        except WeDealerError as refusal:
            # The session ended or the role changed: the page is told so, and has to sign in again.
            yield f"event: end\ndata: {orjson.dumps({'code': refusal.code}).decode()}\n\n"
            return
        except Exception as error:
            if not failures.is_away(error):
                raise
            # The stream ends here. The page reconnects by itself, and until then shows that it is not live.
            return
        for event in found:
            yield f"id: {event.number}\ndata: {orjson.dumps(event).decode()}\n\n"
            last = event.number
        yield ": \n\n"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hints.get(), BEAT_SECONDS)
        while not hints.empty():
            hints.get_nowait()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise NotFound
    return int(text)


def _refusing(handler: Callable[[Request, str], Awaitable[None]]) -> Callable[..., Awaitable[Any]]:
    """Render a refusal before the stream has begun like every other error of the API."""

    async def handle(request: Request, key: str) -> Any:
        try:
            return await handler(request, key)
        except (WeDealerError, SanicException) as error:
            return render_error(request, error)

    return handle


api.blueprint.add_route(_refusing(follow_store), "/stores/<key:str>/live", name="store_live")  # type: ignore[arg-type]
api.blueprint.add_route(_refusing(follow_order), "/repair-orders/<key:str>/live", name="order_live")  # type: ignore[arg-type]
