"""申领: a technician asks for parts in their own words, the store room answers."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from console.workshop import WorkshopQuery
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.part_asks import answering, asking, queries
from crm_core.repair_orders.part_asks.queries import AnsweredAsk, PartAskRow
from crm_core.repair_orders.part_asks.rules import ANSWER_MAX, MOST_PIECES, WORDS_MAX
from foundation import media
from foundation.web import Schema


class PartAskIn(Schema):
    """What a job needs, in the technician's words; a picture of it helps to find it."""

    words: str = Field(min_length=1, max_length=WORDS_MAX)
    quantity: int = Field(ge=1, le=MOST_PIECES)
    photo: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}\.(jpg|png|webp)$", max_length=70)


class PartGivenIn(Schema):
    """Which part it is, and how many pieces if not as many as were asked for."""

    number: str = Field(min_length=1, max_length=40)
    quantity: int | None = Field(default=None, ge=1, le=MOST_PIECES)


class PartRefusedIn(Schema):
    """Why not; the technician reads it."""

    reason: str = Field(min_length=1, max_length=ANSWER_MAX)


@api.get("/part-asks", summary="申领: what technicians of a store wait for, the longest first")
async def part_asks(actor: Actor, query: WorkshopQuery) -> list[PartAskRow]:
    rows = await queries.of_store(actor, query.store_id)
    return [replace(row, plate=masked.plate(actor, row.plate)) for row in rows]


@api.get("/my-part-asks", summary="What became of what the reader asked for: part, reason or the owner's decision")
async def my_part_asks(actor: Actor) -> list[AnsweredAsk]:
    rows = await queries.answered_of_reader(actor)
    return [replace(row, plate=masked.plate(actor, row.plate)) for row in rows]


@api.post("/lines/{line_id}/part-asks", status=204, summary="申领: ask the store room for something a job needs")
async def ask_for_part(actor: Actor, line_id: int, body: PartAskIn) -> None:
    if body.photo is not None:
        await media.require_stored([body.photo])
    await asking.ask(actor, line_id, body.words, body.quantity, body.photo or "")


@api.post("/part-asks/{part_ask_id}/withdrawal", status=204, summary="Take back what nobody has answered")
async def withdraw_part_ask(actor: Actor, part_ask_id: int) -> None:
    await asking.withdraw(actor, part_ask_id)


@api.post("/part-asks/{part_ask_id}/part", status=204, summary="Give it: which part it is; its price stays")
async def give_asked_part(actor: Actor, part_ask_id: int, body: PartGivenIn) -> None:
    await answering.give(actor, part_ask_id, body.number, body.quantity)


@api.post("/part-asks/{part_ask_id}/refusal", status=204, summary="不给, with the reason")
async def refuse_part_ask(actor: Actor, part_ask_id: int, body: PartRefusedIn) -> None:
    await answering.refuse(actor, part_ask_id, body.reason)


@api.post("/part-asks/{part_ask_id}/additional-work", status=204, summary="要车主同意: make it additional work")
async def leave_part_ask_to_owner(actor: Actor, part_ask_id: int) -> None:
    await answering.leave_to_owner(actor, part_ask_id)
