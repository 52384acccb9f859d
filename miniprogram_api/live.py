"""The progress page, live: subscribe, replay after the last number seen, then follow. Nothing is missed or doubled.

    GET /api/owner/repair-orders/{id}/live?after=N&token=…      (or the token as the first message)

Redis only says that there is something new; what it is comes from the order's own numbered events. The socket closes
with 4401 when the session ends and 4404 when the order may no longer be seen.
"""

import asyncio
import contextlib
from typing import Final

import orjson
from sanic import Request, Websocket
from websockets.exceptions import ConnectionClosed

from crm_core.dealerships import sessions
from crm_core.repair_orders import queries
from foundation import clock, failures, live
from foundation.errors import NotAllowed, NotFound, Unauthenticated
from foundation.web.api import LARGEST_ID
from miniprogram_api.login import api

FIRST_MESSAGE_SECONDS: Final = 10
"""To say who one is, when the address does not."""
RECHECK_SECONDS: Final = 20
"""Without a hint: look anyway, since hints may be lost, and see whether the session still lives."""
NOT_SIGNED_IN: Final = 4401
NOT_FOUND: Final = 4404
TRY_AGAIN_LATER: Final = 1013


async def follow(request: Request, socket: Websocket, repair_order_id: str) -> None:
    """Serve one page until either side goes."""
    try:
        token = request.args.get("token") or await asyncio.wait_for(socket.recv(), FIRST_MESSAGE_SECONDS)
        await _serve(socket, _number(repair_order_id), str(token or ""), _number(request.args.get("after", "0")))
    except (Unauthenticated, TimeoutError):
        await socket.close(NOT_SIGNED_IN, "unauthenticated")
    except (NotFound, NotAllowed):
        await socket.close(NOT_FOUND, "not_found")
    except ConnectionClosed:
        return
    except Exception as error:
        if not failures.is_away(error):
            raise
        await socket.close(TRY_AGAIN_LATER, "unavailable")


async def _serve(socket: Websocket, repair_order_id: int, token: str, last: int) -> None:
    # Listening comes before the first look: what happens in between is seen twice, not never.
    async with live.subscribe(f"repair_order:{repair_order_id}") as hints:
        while True:
            await clock.refresh()
            actor = await sessions.actor_of(token, "owner")
            await queries.readable(actor, repair_order_id)
            for event in await queries.events_for_owner(repair_order_id, last):
                await socket.send(orjson.dumps(event).decode())
                last = event.number
            await socket.ping()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(hints.get(), RECHECK_SECONDS)
            while not hints.empty():
                hints.get_nowait()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise NotFound
    return int(text)


api.blueprint.add_websocket_route(follow, "/repair-orders/<repair_order_id:str>/live", name="owner_live")
