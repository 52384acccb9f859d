"""Links to the progress of a visit (O13): the owner makes them, and whoever has one looks without an account.

    GET /api/owner/shared-progress/{token}/live?after=N        a WebSocket, as `live` has it for the owner

Holders of a link are unknown to us, so refusals are limited by network address, and looks by the link that was found.
"""

from datetime import datetime
from typing import Final

from pydantic import Field
from sanic import Request, Websocket

from crm_core.dealerships.actors import Actor
from crm_core.sharing import links, queries
from crm_core.sharing.queries import OpenLink, OwnerShare, SharedEvent, SharedProgress
from foundation import clock
from foundation.cache import RateLimit
from foundation.errors import TooManyRequests
from foundation.web import Id, Schema, Strangers
from miniprogram_api.live import follow_order
from miniprogram_api.login import api

_STRANGERS: Final = Strangers("shared_progress", refusals=60, calls=6_000, period_seconds=600)
"""Phones of one operator share an address, so sixty refusals are allowed; with so few tries nobody guesses a link."""
_LOOKS: Final = RateLimit("looks_at_share", limit=120, period_seconds=60)
"""How often one link may be looked at by all its holders together: enough for a family that reloads the page."""


class ShareIn(Schema):
    """For whom, in the owner's words, and for how many hours; the house's longest when left out."""

    label: str = Field(default="", max_length=20)
    hours: int | None = Field(default=None, ge=1, le=168)


class ShareMadeOut(Schema):
    """The link's secret, this once: the page to share is `pages/shared/index?token=…`."""

    id: int
    token: str
    expires_at: datetime


class SharesQuery(Schema):
    """Of one order, or of all."""

    repair_order_id: Id | None = None


# The answer is not stored for a repeated Idempotency-Key, because that would store the secret.
@api.post("/repair-orders/{repair_order_id}/shares", status=201, kept=False, summary="Share the progress by a link")
async def share_progress(actor: Actor, repair_order_id: int, body: ShareIn) -> ShareMadeOut:
    given = await links.share(actor, repair_order_id, label=body.label, hours=body.hours)
    return ShareMadeOut(id=given.share.id, token=given.token, expires_at=given.share.expires_at)


@api.get("/shares", summary="The links the owner gave away, the newest first")
async def shares(actor: Actor, query: SharesQuery) -> list[OwnerShare]:
    return await queries.shares(actor, query.repair_order_id)


@api.delete("/shares/{share_id}", summary="Take a link back; open pages of it close")
async def revoke_share(actor: Actor, share_id: int) -> None:
    await links.revoke(actor, share_id)


@api.get("/shared-progress/{token}", public=True, summary="O13: the progress as family sees it")
async def shared_progress(token: str, request: Request) -> SharedProgress:
    return await queries.page(await _opened(request, token))


async def follow_shared(request: Request, socket: Websocket, token: str) -> None:
    """Serve the live page of a link; it closes with 4404 as soon as the link ends."""

    async def look(last: int) -> tuple[list[SharedEvent], float]:
        found = await queries.open_link(token)
        return await queries.events_after(found, last), (found.expires_at - clock.now()).total_seconds()

    async def opened() -> int:
        await clock.refresh()
        return (await _opened(request, token)).repair_order_id

    await follow_order(socket, opened, look, request.args.get("after", "0"))


async def _opened(request: Request, token: str) -> OpenLink:
    async with _STRANGERS.asking(request):
        found = await queries.open_link(token)
    if wait := await _LOOKS.wait_seconds(str(found.id)):
        raise TooManyRequests(retry_after_seconds=round(wait))
    return found


api.blueprint.add_websocket_route(follow_shared, "/shared-progress/<token:str>/live", name="shared_live")
