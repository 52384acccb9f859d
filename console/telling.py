"""Whether the owner was told about a thing, for every page that shows this; and 要打电话的人, whom no message could
reach.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.telling import calling, queries
from crm_core.telling.ahead import WayAhead
from foundation.web import Id, Schema

Kind = Literal["appointment", "repair_order", "additional_work", "bill"]


class ToldQuery(Schema):
    """The thing it is about."""

    kind: Kind
    id: Id


class ToldOut(Schema):
    """One message to the owner: ON_ITS_WAY, ARRIVED `by` a channel, NOT_REACHED with the reason, CALLED, OUT_OF_DATE.

    `asked` is the member whom a card has asked to phone the owner.
    """

    message_id: int
    topic: str
    variant: str
    title: str
    state: Literal["ON_ITS_WAY", "ARRIVED", "NOT_REACHED", "CALLED", "OUT_OF_DATE"]
    at: datetime
    by: str
    reason: str
    advice: str
    asked: str
    called_by: str
    note: str


class ToldAboutOut(Schema):
    """Everything the owner was told about it, the newest first."""

    has_mini_program: bool
    messages: list[ToldOut]
    ahead: list[WayAhead]
    """Of an order: how its owner will be told what may still come."""


class ToCallQuery(Schema):
    """The store, and whether only the advisor's own customers are listed."""

    store_id: Id
    only_mine: bool = False


class ToCallOut(Schema):
    """A person to phone; `about` names the thing (`bill:5`)."""

    message_id: int
    title: str
    about: str
    repair_order_id: int | None
    customer_id: int
    customer_name: str
    phone: str | None
    plate: str
    series: str
    advisor: str | None
    since: datetime
    reason: str


class CallNoteIn(Schema):
    """The result of the call."""

    note: str = Field(min_length=1, max_length=200)


@api.get("/told", summary="What the owner was told about a thing, and whether it arrived")
async def told(actor: Actor, query: ToldQuery) -> ToldAboutOut:
    about = await queries.told_about(actor, query.kind, query.id)
    return ToldAboutOut(
        has_mini_program=about.has_mini_program,
        messages=[ToldOut(**asdict(each)) for each in about.messages],
        ahead=about.ahead,
    )


@api.get("/people-to-call", summary="Whom a message could not reach, the longest waiting first")
async def people_to_call(actor: Actor, query: ToCallQuery) -> list[ToCallOut]:
    return [
        ToCallOut(
            message_id=each.message_id,
            title=each.title,
            about=each.about,
            repair_order_id=each.repair_order_id,
            customer_id=each.customer_id,
            customer_name=masked.name(actor, each.customer_name),
            phone=masked.phone(actor, each.phone),
            plate=masked.plate(actor, each.plate),
            series=each.series,
            advisor=each.advisor,
            since=each.since,
            reason=each.reason,
        )
        for each in await queries.to_call(actor, query.store_id, only_mine=query.only_mine)
    ]


@api.post("/people-to-call/{message_id}/calls", status=204, summary="Somebody phoned; what came of it")
async def note_call(actor: Actor, message_id: int, body: CallNoteIn) -> None:
    await calling.note_call(actor, message_id, body.note)
