"""增项: what was found, decided item by item. Items stay open until the deadline; without an answer they are not
done.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import deciding, queries, signing
from crm_core.repair_orders.additional_work_rules import Decision, Urgency
from crm_core.repair_orders.papers import queries as papers
from crm_core.repair_orders.papers.outlook import Outlook, outlook
from crm_core.repair_orders.papers.queries import AdditionalWorkSheet, SheetItem
from crm_core.repair_orders.photos import OwnerPhoto, for_owner
from crm_core.repair_orders.queries import ReadersPart
from crm_core.repair_orders.rules import LineState
from foundation.errors import InvalidInput
from foundation.web import Id, Schema, Version
from miniprogram_api.login import api
from miniprogram_api.repair_orders import LONGEST_SIGNATURE

_SAID = {LineState.PROPOSED: None, LineState.DECLINED: "DECLINED", LineState.CANCELLED: "WITHDRAWN"}


class ExtraItemOut(Schema):
    """An item with its photos, price and time; what another payer pays has a price of 0. `decision` is null while
    open.
    """

    line_id: int
    name: str
    finding: str
    urgency: str
    urgency_label: str
    photos: list[OwnerPhoto]
    payer: Payer
    labour_fen: int
    parts_fen: int
    deductible_fen: int
    """What they pay of an item that an insurer pays otherwise."""
    extra_minutes: int
    decision: str | None
    needs_signature_to_decline: bool


class ExtraOut(Schema):
    """A sheet of additional work at one version, with what its reader may do with it.

    `outlook` is what follows from the items agreed so far, `newest_id` the sheet of this order that waits now.
    """

    id: int
    repair_order_id: int
    version: int
    state: str
    decide_by: datetime | None
    decided_at: datetime | None
    promised_at: datetime | None
    first_promised_at: datetime | None
    items: list[ExtraItemOut]
    outlook: Outlook
    readers_part: ReadersPart
    newest_id: int | None
    advisor: str
    phone: str | None
    """The number for questions: the advisor's number at work, or else the store's."""


class OutlookQuery(Schema):
    """The items that the owner would agree to, their ids joined by commas; empty for none."""

    agreed: str = Field(default="", max_length=1000, pattern=r"^(\d{1,18}(,\d{1,18}){0,49})?$")


class DecisionIn(Schema):
    """The owner's decision about one item."""

    line_id: Id
    decision: Literal["APPROVED", "DECLINED"]


class DecisionsIn(Schema):
    """Decisions about some or all items of exactly the version that was seen. Declining safety work needs a
    signature.
    """

    version: Version
    decisions: list[DecisionIn] = Field(min_length=1, max_length=50)
    decline_signature: str | None = Field(
        default=None, max_length=LONGEST_SIGNATURE, pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$"
    )


@api.get("/repair-orders/{repair_order_id}/additional-work", summary="Sheets of additional work, newest first")
async def owner_additional_work_of_order(actor: Actor, repair_order_id: int) -> list[ExtraOut]:
    return [await _shown(actor, sheet) for sheet in await papers.sheets_of(actor, repair_order_id)]


@api.get("/additional-work/{additional_work_id}", summary="One sheet of additional work")
async def owner_additional_work(actor: Actor, additional_work_id: int) -> ExtraOut:
    return await _shown(actor, await papers.sheet_of(actor, additional_work_id))


@api.get("/additional-work/{additional_work_id}/outlook", summary="Sum and promise if these items were agreed to")
async def additional_work_outlook(actor: Actor, additional_work_id: int, query: OutlookQuery) -> Outlook:
    sheet = await papers.sheet_of(actor, additional_work_id)
    agreed = {int(line_id) for line_id in query.agreed.split(",") if line_id}
    return await outlook(sheet, await queries.readers_part(actor, sheet.repair_order_id), agreed)


@api.post("/additional-work/{additional_work_id}/decisions", summary="Decide items; the others stay open")
async def decide_additional_work(actor: Actor, additional_work_id: int, body: DecisionsIn) -> ExtraOut:
    sheet = await papers.sheet_of(actor, additional_work_id)
    decisions = {said.line_id: Decision(said.decision) for said in body.decisions}
    if len(decisions) != len(body.decisions):
        raise InvalidInput("同一项只能选一次。")
    signature = ""
    if body.decline_signature:
        signature = await signing.keep(actor, sheet.repair_order_id, body.decline_signature, is_on_additional_work=True)
    await deciding.decide(actor, additional_work_id, body.version, decisions, decline_signature=signature)
    return await owner_additional_work(actor, additional_work_id)


async def _shown(actor: Actor, sheet: AdditionalWorkSheet) -> ExtraOut:
    part = await queries.readers_part(actor, sheet.repair_order_id)
    return ExtraOut(
        id=sheet.id,
        repair_order_id=sheet.repair_order_id,
        version=sheet.version,
        state=sheet.state.value,
        decide_by=sheet.expires_at,
        decided_at=sheet.decided_at,
        promised_at=sheet.promised_at,
        first_promised_at=sheet.first_promised_at,
        items=[_item(item) for item in sheet.items],
        outlook=await outlook(sheet, part, ()),
        readers_part=part,
        newest_id=await papers.waiting_sheet(sheet.repair_order_id),
        advisor=sheet.advisor,
        phone=sheet.phone,
    )


def _item(item: SheetItem) -> ExtraItemOut:
    urgency = item.urgency or Urgency.GREEN
    is_theirs = item.payer is Payer.CP
    return ExtraItemOut(
        line_id=item.line_id,
        name=item.name,
        finding=item.finding,
        urgency=urgency.value,
        urgency_label=urgency.label,
        photos=for_owner(item.photos),
        payer=item.payer,
        labour_fen=item.labour_fen if is_theirs else 0,
        parts_fen=item.parts_fen if is_theirs else 0,
        deductible_fen=item.deductible_fen,
        extra_minutes=item.minutes,
        decision=_SAID.get(item.state, "APPROVED"),
        needs_signature_to_decline=urgency is Urgency.RED,
    )
