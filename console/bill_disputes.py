"""账单异议 at the desk: taking up a dispute, and the answer that the owner reads."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.bill_disputes import disputing, queries
from crm_core.bill_disputes.queries import DisputeRow
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
    await disputing.answer(actor, dispute_id, body.words, is_corrected=is_corrected, expected_version=body.version)
    return await staff_bill_dispute(actor, dispute_id)


def _masked(actor: Actor, row: DisputeRow) -> DisputeRow:
    return replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
