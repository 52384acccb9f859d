"""增项 for staff: found by the technician, priced and sent by the advisor, decided by phone if the owner does not
answer.
"""

from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from console.workshop import EvidenceIn, PhotoIn, evidence_of, media_of
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import additional_work, deciding
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.papers import queries as papers
from crm_core.repair_orders.papers.queries import SheetHead, SheetItem
from crm_core.repair_orders.rules import LineState
from crm_core.repair_orders.staff_models import StaffPhoto
from foundation.errors import InvalidInput
from foundation.media_links import signed
from foundation.reading import derive, read_model
from foundation.web import Id, Schema, Version

LARGEST_AMOUNT_FEN = 99_999_999
"""999,999.99 yuan, the most a message can name."""


class FindingIn(Schema):
    """Something found: a job of the catalogue or a name, the reason, the urgency, and the photo."""

    item_id: Id | None = None
    name: str = Field(default="", max_length=20)
    finding: str = Field(min_length=1, max_length=200)
    urgency: Literal["RED", "YELLOW", "GREEN"]
    photos: list[PhotoIn] = Field(min_length=1, max_length=20)


class ProposeIn(Schema):
    """What was found, and the job, if any, that must rest until the owner has decided."""

    findings: list[FindingIn] = Field(min_length=1, max_length=20)
    pauses_line_id: Id | None = None


class ItemPriceIn(Schema):
    """The price of an item; an amount that is left out stays as in the catalogue, and so does who pays it. What an
    insurer pays has the number of their consent before it is sent, and perhaps a part that the owner bears.
    """

    line_id: Id
    labour_centihours: int | None = Field(default=None, ge=0, le=100_000)
    parts_fen: int | None = Field(default=None, ge=0, le=LARGEST_AMOUNT_FEN)
    minutes: int | None = Field(default=None, ge=0, le=10_000)
    is_insured: bool | None = None
    payer_approval_number: str = Field(default="", max_length=40)
    deductible_fen: int = Field(default=0, ge=0, le=LARGEST_AMOUNT_FEN)


class SheetVersionIn(Schema):
    """The version of the offer the actor saw."""

    version: Version


class PricesIn(SheetVersionIn):
    """Prices of the items."""

    items: list[ItemPriceIn] = Field(min_length=1, max_length=20)


class SpokenDecisionIn(Schema):
    """The owner's decision about one item."""

    line_id: Id
    decision: Literal["APPROVED", "DECLINED"]


class SpokenDecisionsIn(SheetVersionIn, EvidenceIn):
    """What the owner said on paper or in a recorded call; declined safety work needs the photo of their signature."""

    decisions: list[SpokenDecisionIn] = Field(min_length=1, max_length=20)


@read_model
class AdditionalWorkItemOut:
    """An item; amounts are null for readers who see no money."""

    line_id: int
    name: str
    finding: str
    urgency: Urgency | None
    photos: list[StaffPhoto]
    labour_centihours: int
    labour_fen: int | None
    parts_fen: int | None
    minutes: int
    is_priced: bool
    state: LineState


@read_model
class AdditionalWorkOut(SheetHead):
    """A sheet of additional work with its items."""

    items: list[AdditionalWorkItemOut]


@api.post("/repair-orders/{repair_order_id}/additional-work", status=201, summary="发现新问题")
async def propose_additional_work(actor: Actor, repair_order_id: int, body: ProposeIn) -> AdditionalWorkOut:
    findings = [
        Finding(
            finding=found.finding,
            urgency=Urgency(found.urgency),
            photos=await media_of(found.photos),
            item_id=found.item_id,
            name=found.name,
        )
        for found in body.findings
    ]
    sheet = await additional_work.propose(actor, repair_order_id, findings, pauses_line_id=body.pauses_line_id)
    return await staff_additional_work(actor, sheet.id)


@api.get("/additional-work/{additional_work_id}", summary="One sheet of additional work")
async def staff_additional_work(actor: Actor, additional_work_id: int) -> AdditionalWorkOut:
    sheet = await papers.sheet_of(actor, additional_work_id)
    return derive(AdditionalWorkOut, sheet, items=[_item(actor, item) for item in sheet.items])


@api.post("/additional-work/{additional_work_id}/prices", summary="定价: another version of the offer")
async def price_additional_work(actor: Actor, additional_work_id: int, body: PricesIn) -> AdditionalWorkOut:
    prices = [ItemPrice(**item.model_dump()) for item in body.items]
    await additional_work.price(actor, additional_work_id, prices, expected_version=body.version)
    return await staff_additional_work(actor, additional_work_id)


@api.post("/additional-work/{additional_work_id}/sending", summary="Ask the owner; they have half an hour")
async def send_additional_work(actor: Actor, additional_work_id: int, body: SheetVersionIn) -> AdditionalWorkOut:
    await additional_work.send(actor, additional_work_id, expected_version=body.version)
    return await staff_additional_work(actor, additional_work_id)


@api.post("/additional-work/{additional_work_id}/withdrawal", summary="撤回增项 until it is decided")
async def withdraw_additional_work(actor: Actor, additional_work_id: int, body: SheetVersionIn) -> AdditionalWorkOut:
    await additional_work.withdraw(actor, additional_work_id, expected_version=body.version)
    return await staff_additional_work(actor, additional_work_id)


@api.post("/additional-work/{additional_work_id}/decisions", summary="记口头决定")
async def record_decisions(actor: Actor, additional_work_id: int, body: SpokenDecisionsIn) -> AdditionalWorkOut:
    decisions = {said.line_id: Decision(said.decision) for said in body.decisions}
    if len(decisions) != len(body.decisions):
        raise InvalidInput("同一项只能选一次。")
    evidence = await evidence_of(body)
    await deciding.record_decision(actor, additional_work_id, decisions, evidence, expected_version=body.version)
    return await staff_additional_work(actor, additional_work_id)


def _item(actor: Actor, item: SheetItem) -> AdditionalWorkItemOut:
    return derive(
        AdditionalWorkItemOut,
        item,
        photos=[StaffPhoto(url=signed(photo.key), label=photo.label) for photo in item.photos],
        labour_fen=masked.fen(actor, item.labour_fen),
        parts_fen=masked.fen(actor, item.parts_fen),
    )
