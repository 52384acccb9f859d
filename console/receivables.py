"""应收 at finance: what makers, insurers and the house owe, from submitting it to the money."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.receivables import queries, service
from crm_core.receivables.queries import ReceivablePage, ReceivableRow
from crm_core.receivables.rules import CostCentre, Submission
from foundation.web import Day, Id, Schema, Version


class ReceivablesQuery(Schema):
    """The store whose receivables are listed."""

    store_id: Id


class ReceivableStepIn(Schema):
    """The version that was seen."""

    version: Version


class SubmissionIn(ReceivableStepIn):
    """What maker or insurer gets; a warranty with parts says where the old parts are and until when."""

    party: str = Field(min_length=1, max_length=40)
    approval_number: str = Field(min_length=1, max_length=40)
    case_number: str = Field(default="", max_length=40)
    old_parts_place: str = Field(default="", max_length=40)
    old_parts_until: Day | None = None


class PayersAnswerIn(ReceivableStepIn):
    """How much of it they accept, in fen, and what they wrote."""

    accepted_fen: int = Field(ge=0, le=10**11)
    words: str = Field(default="", max_length=200)


class ReceiptIn(ReceivableStepIn):
    """Money that came, under the bank's number."""

    amount_fen: int = Field(gt=0, le=10**11)
    reference: str = Field(min_length=1, max_length=40)
    received_on: Day


class BearingIn(ReceivableStepIn):
    """Which department bears it, and why."""

    cost_centre: CostCentre
    reason: str = Field(min_length=2, max_length=200)


@api.get("/receivables", summary="What others than owners owe a store, by what is due first")
async def staff_receivables(actor: Actor, query: ReceivablesQuery) -> list[ReceivableRow]:
    return [_masked(actor, row) for row in await queries.of_store(actor, query.store_id)]


@api.get("/receivables/{receivable_id}", summary="One receivable with its lines and its history")
async def staff_receivable(actor: Actor, receivable_id: int) -> ReceivablePage:
    page = await queries.page(actor, receivable_id)
    return replace(page, receivable=_masked(actor, page.receivable))


@api.post("/receivables/{receivable_id}/submission", summary="It went to maker or insurer")
async def submit_receivable(actor: Actor, receivable_id: int, body: SubmissionIn) -> ReceivablePage:
    given = Submission(body.party, body.approval_number, body.case_number, body.old_parts_place, body.old_parts_until)
    await service.submit(actor, receivable_id, given, expected_version=body.version)
    return await staff_receivable(actor, receivable_id)


@api.post("/receivables/{receivable_id}/acceptance", summary="Maker or insurer answered: all, a part or nothing")
async def answer_receivable(actor: Actor, receivable_id: int, body: PayersAnswerIn) -> ReceivablePage:
    await service.answer(actor, receivable_id, body.accepted_fen, body.words, expected_version=body.version)
    return await staff_receivable(actor, receivable_id)


@api.post("/receivables/{receivable_id}/receipts", summary="Their money came")
async def receive_receivable(actor: Actor, receivable_id: int, body: ReceiptIn) -> ReceivablePage:
    await service.receive(
        actor, receivable_id, body.amount_fen, body.reference, body.received_on, expected_version=body.version
    )
    return await staff_receivable(actor, receivable_id)


@api.post("/receivables/{receivable_id}/bearing", summary="The house bears its own bill, or what was refused")
async def bear_receivable(actor: Actor, receivable_id: int, body: BearingIn) -> ReceivablePage:
    await service.bear(actor, receivable_id, body.cost_centre, body.reason, expected_version=body.version)
    return await staff_receivable(actor, receivable_id)


def _masked(actor: Actor, row: ReceivableRow) -> ReceivableRow:
    return replace(row, customer_name=masked.name(actor, row.customer_name), plate=masked.plate(actor, row.plate))
