"""The progress page, live: subscribe, replay after the last number seen, then follow. Nothing is missed or doubled.

    GET /api/owner/repair-orders/{id}/live?after=N&token=…      (or the token as the first message)

Redis only says that there is something new; what it is comes from the order's own numbered events. The socket closes
with 4401 when the session ends, 4404 when the order may no longer be seen and 1013 when the account has too many open.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, Protocol

import orjson
from sanic import Request, Websocket
from websockets.exceptions import ConnectionClosed

from crm_core.dealerships import sessions
from crm_core.repair_orders import watching
from crm_core.repair_orders.event_log import OwnerEvent
from foundation import clock, failures, live
from foundation.errors import NotAllowed, NotFound, TooManyRequests, Unauthenticated
from foundation.web.api import LARGEST_ID
from miniprogram_api.login import api

FIRST_MESSAGE_SECONDS: Final = 10
"""How long a client whose address has no token may take to send it as the first message."""
RECHECK_SECONDS: Final = 20
"""How often to look even without a hint, because hints may be lost, and to check whether the session is still valid."""
SPREAD: Final = (0.75, 1.0)
"""Shares of RECHECK_SECONDS: after a restart thousands of pages come back at once, and they should not look at once for
ever after.
"""
MOST_PAGES: Final = 6
"""Open pages of one account in one process: a phone shows one, and those of a network that went away without a goodbye
are noticed after some time. Each costs a look at the database every RECHECK_SECONDS.
"""
NOT_SIGNED_IN: Final = 4401
NOT_FOUND: Final = 4404
TRY_AGAIN_LATER: Final = 1013


_open_pages: Final[Counter[int]] = Counter()


class Numbered(Protocol):
    """An event as one reader sees it."""

    @property
    def number(self) -> int:
        """Its place among the order's events."""


Opened = Callable[[], Awaitable[int]]
"""Checks that the reader may look, and returns the id of the order."""
Look = Callable[[int], Awaitable[tuple[Sequence[Numbered], float]]]
"""Returns the events after a number, and for how many seconds the reader may continue before they are checked again."""


async def follow(request: Request, socket: Websocket, repair_order_id: str) -> None:
    """The owner's page."""
    token = ""
    places = contextlib.ExitStack()

    async def opened() -> int:
        nonlocal token
        token = str(request.args.get("token") or await asyncio.wait_for(socket.recv(), FIRST_MESSAGE_SECONDS) or "")
        actor = await sessions.actor_of(token, "owner")
        places.enter_context(_a_place_for(actor.id))
        return number(repair_order_id)

    async def look(last: int) -> tuple[list[OwnerEvent], float]:
        actor = await sessions.actor_of(token, "owner")
        return await watching.news_for_owner(actor, number(repair_order_id), last), RECHECK_SECONDS

    with places:
        await follow_order(socket, opened, look, request.args.get("after", "0"))


@contextlib.contextmanager
def _a_place_for(customer_id: int) -> Iterator[None]:
    """Count one open page of an account while the block runs.

    Raises:
        TooManyRequests: the account has as many pages open as this process serves it.
    """
    if _open_pages[customer_id] >= MOST_PAGES:
        raise TooManyRequests
    _open_pages[customer_id] += 1
    try:
        yield
    finally:
        _open_pages[customer_id] -= 1
        if not _open_pages[customer_id]:
            del _open_pages[customer_id]


async def follow_order(socket: Websocket, opened: Opened, look: Look, after: str) -> None:
    """Serve one page until either side closes it. `opened` authorises the reader once, `look` again at each reading."""
    try:
        await _serve(socket, await opened(), look, number(after))
    except (Unauthenticated, TimeoutError):
        await socket.close(NOT_SIGNED_IN, "unauthenticated")
    except (NotFound, NotAllowed):
        await socket.close(NOT_FOUND, "not_found")
    except TooManyRequests:
        await socket.close(TRY_AGAIN_LATER, "too_many_requests")
    except ConnectionClosed:
        return
    except Exception as error:
        if not failures.is_away(error):
            raise
        await socket.close(TRY_AGAIN_LATER, "unavailable")


async def _serve(socket: Websocket, repair_order_id: int, look: Look, last: int) -> None:
    # Subscribe before the first look, so that an event in between is seen twice rather than never.
    async with live.subscribe(f"repair_order:{repair_order_id}") as hints:
        while True:
            await clock.refresh()
            events, holds_seconds = await look(last)
            for event in events:
                await socket.send(orjson.dumps(event).decode())
                last = event.number
            await socket.ping()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hints.get(), min(holds_seconds, RECHECK_SECONDS * random.uniform(*SPREAD)))
            while not hints.empty():
                hints.get_nowait()


def number(text: str) -> int:
    """Parse an id or an event number in an address.

    Raises:
        NotFound: it is no such number.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise NotFound
    return int(text)


api.blueprint.add_websocket_route(follow, "/repair-orders/<repair_order_id:str>/live", name="owner_live")
