"""唤醒循环: stores that work on their sleeping owners path by path, and every try."""

from pydantic import Field

from campaigns.standing_plans import for_the_loop
from campaigns.waking.loop import queries, service
from campaigns.waking.loop.queries import AskedTries, AttemptPage, LoopFigures
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.rules import Path
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Schema


class TriesQuery(Schema):
    """Of one store, by one path, in one state; without them all."""

    store_id: Id | None = None
    path: Path | None = None
    state: AttemptState | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=queries.PAGE, ge=1, le=queries.LARGEST_PAGE)


class LoopIn(Schema):
    """Whether the store works on its sleeping owners."""

    is_running: bool


@api.get("/waking-loop", summary="唤醒循环: the reader's stores, and how many owners are on which path")
async def waking_loop(actor: Actor) -> LoopFigures:
    return await queries.figures(actor)


@api.get("/waking-loop/tries", summary="The tries, the newest first: whom, by which path, and what came of it")
async def waking_tries(actor: Actor, query: TriesQuery) -> AttemptPage:
    asked = AskedTries(query.store_id, query.path, query.state)
    return await queries.tries(actor, asked, cursor=query.cursor, limit=query.limit)


@api.put("/stores/{store_id}/waking-loop", summary="Start or pause the loop of a store")
async def turn_waking_loop(actor: Actor, store_id: int, body: LoopIn) -> LoopFigures:
    await (service.start if body.is_running else service.pause)(actor, store_id)
    return await queries.figures(actor)


class LoopPlansOut(Schema):
    """The plans that were drafted and wait for approval, by their names."""

    names: list[str]


@api.post("/waking-loop/plans", status=201, summary="Draft the loop's usual plans and ask for their approval")
async def draft_loop_plans(actor: Actor) -> LoopPlansOut:
    return LoopPlansOut(names=[plan.name for plan in await for_the_loop.draft_missing(actor)])
