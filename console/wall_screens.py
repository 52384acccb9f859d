"""车间大屏: the links of the screens on the wall, and what a screen reads without anybody signed in.

A screen is unknown to us, so refusals are limited by network address, and looks by the link.
"""

from typing import Final

from pydantic import Field
from sanic import Request

from console.sign_in import api
from console.workshop import WorkshopQuery
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.wall import queries, screens
from crm_core.repair_orders.wall.queries import ScreenRow, Wall
from foundation.cache import RateLimit
from foundation.errors import TooManyRequests
from foundation.web import Id, Schema, Strangers

_STRANGERS: Final = Strangers("wall_screen", refusals=60, calls=6_000, period_seconds=600)
"""A screen whose link was taken back goes on asking until somebody sees it; sixty refusals are ten minutes of that."""
_LOOKS: Final = RateLimit("looks_at_wall", limit=60, period_seconds=60)
"""A screen looks four times a minute; a link on ten screens still works."""


class ScreenIn(Schema):
    """Where the screen hangs."""

    store_id: Id
    name: str = Field(min_length=1, max_length=20)


class ScreenMadeOut(Schema):
    """The link's secret, this once: the page is `/wall/{token}`."""

    id: int
    token: str


# The answer is not stored for a repeated Idempotency-Key, because that would store the secret.
@api.post("/wall-screens", status=201, kept=False, summary="Make the link of a screen on the wall")
async def make_wall_screen(actor: Actor, body: ScreenIn) -> ScreenMadeOut:
    given = await screens.make(actor, body.store_id, body.name)
    return ScreenMadeOut(id=given.screen.id, token=given.token)


@api.get("/wall-screens", summary="The screens of a store")
async def wall_screens(actor: Actor, query: WorkshopQuery) -> list[ScreenRow]:
    return await queries.of_store(actor, query.store_id)


@api.delete("/wall-screens/{wall_screen_id}", summary="Take the link of a screen back")
async def end_wall_screen(actor: Actor, wall_screen_id: int) -> None:
    await screens.end(actor, wall_screen_id)


@api.get("/wall/{token}", public=True, summary="S6w: what hangs on the wall, plates masked")
async def wall(token: str, request: Request) -> Wall:
    async with _STRANGERS.asking(request):
        if wait := await _LOOKS.wait_seconds(screens.fingerprint(token)):
            raise TooManyRequests(retry_after_seconds=round(wait))
        return await queries.wall(token)
