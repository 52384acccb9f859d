"""运维, for administrators of the system."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships import parked_work
from crm_core.dealerships.actors import Actor
from foundation.parked import ParkedWork
from foundation.web import Schema
from foundation.web.api import Page


class WorkQuery(Schema):
    """Where the last answer ended: the name of a row, since the list is of several tables."""

    after: str | None = Field(default=None, max_length=240)


class TryAgainIn(Schema):
    """Which one."""

    id: str = Field(min_length=1, max_length=160)


class GiveUpIn(TryAgainIn):
    """Which one, and why."""

    reason: str = Field(min_length=2, max_length=80)


@api.get("/parked-work", summary="Work that did not succeed by itself, the oldest first")
async def listed_work(actor: Actor, query: WorkQuery) -> Page[ParkedWork]:
    rows, cursor = await parked_work.of_reader(actor, after=query.after)
    return Page(items=rows, next_cursor=cursor)


@api.post("/parked-work/try-again", status=204, summary="Have it tried at once")
async def try_work_again(actor: Actor, body: TryAgainIn) -> None:
    await parked_work.try_again(actor, body.id)


@api.post("/parked-work/give-up", status=204, summary="Nobody tries it any more")
async def give_work_up(actor: Actor, body: GiveUpIn) -> None:
    await parked_work.give_up(actor, body.id, reason=body.reason)
