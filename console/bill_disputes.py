"""账单异议 at the desk: taking up a dispute, and the answer that the owner reads."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.bill_disputes import disputing, queries
from crm_core.bill_disputes.queries import DisputePage, DisputeRow
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Schema, Version


class BillDisputesQuery(Schema):
    """The store whose disputes are listed."""

    store_id: Id


class TakeDisputeIn(Schema):
    """The version the desk saw."""

    version: Version


class AnswerIn(TakeDisputeIn):
    """`CORRECTED`: the line was wrong, and what is done about it. `UPHELD`: why it stays."""

    outcome: Literal["CORRECTED", "UPHELD"]
    words: str = Field(min_length=1, max_length=200)
    taken_off_fen: int = Field(default=0, ge=0, le=10**11)
    """With `CORRECTED`: what is taken off the line, which is not paid yet."""


class NotedDisputeIn(Schema):
    """What the owner at the desk says is wrong with which line, and whether it waits while they pay the rest."""

    line_no: int = Field(ge=1, le=1000)
    reason: str = Field(min_length=1, max_length=200)
    is_held: bool = True


@api.get("/bill-disputes", summary="A store's disputed lines, what waits first")
async def staff_bill_disputes(actor: Actor, query: BillDisputesQuery) -> list[DisputeRow]:
    return [_masked(actor, row) for row in await queries.of_store(actor, query.store_id)]


@api.get("/bill-disputes/{dispute_id}", summary="One disputed line")
async def staff_bill_dispute(actor: Actor, dispute_id: int) -> DisputeRow:
    return _masked(actor, await queries.one(actor, dispute_id))


@api.post("/bill-disputes/{dispute_id}/acknowledgement", summary="我来处理: the owner sees who has it")
async def take_bill_dispute(actor: Actor, dispute_id: int, body: TakeDisputeIn) -> DisputeRow:
    await disputing.take(actor, dispute_id, expected_version=body.version)
    return await staff_bill_dispute(actor, dispute_id)


@api.post("/bill-disputes/{dispute_id}/answer", summary="Answer it in words the owner reads")
async def answer_bill_dispute(actor: Actor, dispute_id: int, body: AnswerIn) -> DisputeRow:
    is_corrected = body.outcome == "CORRECTED"
    await disputing.answer(
        actor,
        dispute_id,
        body.words,
        is_corrected=is_corrected,
        taken_off_fen=body.taken_off_fen if is_corrected else 0,
        expected_version=body.version,
    )
    return await staff_bill_dispute(actor, dispute_id)


@api.get("/bills/{bill_id}/disputes", summary="The lines of a bill and what is disputed of them")
async def staff_disputes_of_bill(actor: Actor, bill_id: int) -> DisputePage:
    return await queries.page(actor, bill_id)


@api.post("/bills/{bill_id}/disputes", status=201, summary="Note what the owner at the desk disputes")
async def note_bill_dispute(actor: Actor, bill_id: int, body: NotedDisputeIn) -> DisputePage:
    await disputing.raise_dispute(actor, bill_id, body.line_no, body.reason, is_held=body.is_held)
    return await queries.page(actor, bill_id)


def _masked(actor: Actor, row: DisputeRow) -> DisputeRow:
    return replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
