"""采购: what the store room orders, and what came of it."""

from dataclasses import replace

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import is_allowed, subject
from crm_core.parts.purchases import queries, service
from crm_core.parts.purchases.queries import PurchasePage, PurchaseRow, SupplierRow
from crm_core.parts.purchases.service import Arrival, Wanted
from crm_core.parts.replenishing.queries import ProposalRow, proposals
from crm_core.repair_orders import deliveries
from foundation.web import Id, Moment, Schema, Version


class PurchasesQuery(Schema):
    """The store whose purchase orders are listed."""

    store_id: Id


class WantedIn(Schema):
    """A line: a part by its number, how many pieces, what one costs, and when it comes, if that is known."""

    part_number: str = Field(min_length=1, max_length=40)
    quantity: int = Field(gt=0, le=10_000)
    cost_fen: int = Field(ge=0, le=100_000_000)
    eta: Moment | None = None
    reason: str = Field(default="", max_length=80)


class PurchaseDraftIn(Schema):
    """From whom, what, and a note for the supplier or the colleagues."""

    supplier_id: Id
    lines: list[WantedIn] = Field(min_length=1, max_length=100)
    note: str = Field(default="", max_length=120)


class NewPurchaseIn(PurchaseDraftIn):
    """A new one names its store."""

    store_id: Id


class PurchaseEditIn(PurchaseDraftIn):
    """A draft written anew, and the version that was seen."""

    version: Version


class PurchaseVersionIn(Schema):
    """The version that was seen."""

    version: Version


class EtaIn(Schema):
    """When a line is expected now."""

    purchase_line_id: Id
    eta: Moment


class EtasIn(PurchaseVersionIn):
    """When lines are expected now, and why, as colleagues read it."""

    lines: list[EtaIn] = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=60)


class ArrivalIn(Schema):
    """Pieces that came, into which bin (by default where such pieces lie), and what one cost if not what was agreed."""

    purchase_line_id: Id
    quantity: int = Field(gt=0, le=10_000)
    bin: str | None = Field(default=None, max_length=20)
    cost_fen: int | None = Field(default=None, ge=0, le=100_000_000)


class DeliveryIn(PurchaseVersionIn):
    """What came."""

    lines: list[ArrivalIn] = Field(min_length=1, max_length=100)


class PurchaseMadeOut(Schema):
    """The order's number."""

    id: int


@api.get("/suppliers", summary="From whom a store may order")
async def suppliers(actor: Actor, query: PurchasesQuery) -> list[SupplierRow]:
    return await queries.suppliers(actor, query.store_id)


@api.get("/purchases", summary="A store's purchase orders, what is open first")
async def purchases(actor: Actor, query: PurchasesQuery) -> list[PurchaseRow]:
    rows = await queries.of_store(actor, query.store_id)
    if is_allowed(actor, "parts.read_cost", subject(store_id=query.store_id)):
        return rows
    return [replace(row, cost_fen=None) for row in rows]


@api.get("/purchases/{purchase_id}", summary="One purchase order with its lines")
async def purchase(actor: Actor, purchase_id: int) -> PurchasePage:
    page = await queries.one(actor, purchase_id)
    if is_allowed(actor, "parts.read_cost", subject(store_id=page.store_id)):
        return page
    return replace(page, lines=[replace(line, cost_fen=None) for line in page.lines])


@api.get("/purchase-proposals", summary="补货建议: what to order and why")
async def purchase_proposals(actor: Actor, query: PurchasesQuery) -> list[ProposalRow]:
    return await proposals(actor, query.store_id)


@api.post("/purchases", status=201, summary="起草采购单")
async def draft_purchase(actor: Actor, body: NewPurchaseIn) -> PurchaseMadeOut:
    return PurchaseMadeOut(
        id=await service.draft(actor, body.store_id, body.supplier_id, _wanted(body), body.note.strip())
    )


@api.put("/purchases/{purchase_id}", status=204, summary="Write a draft anew")
async def edit_purchase(actor: Actor, purchase_id: int, body: PurchaseEditIn) -> None:
    await service.edit(
        actor, purchase_id, body.supplier_id, _wanted(body), body.note.strip(), expected_version=body.version
    )


@api.post("/purchases/{purchase_id}/order", status=204, summary="下单")
async def place_purchase(actor: Actor, purchase_id: int, body: PurchaseVersionIn) -> None:
    await deliveries.place_order(actor, purchase_id, expected_version=body.version)


@api.post("/purchases/{purchase_id}/etas", status=204, summary="改到货时间: promises move, owners are told")
async def change_purchase_etas(actor: Actor, purchase_id: int, body: EtasIn) -> None:
    times = {line.purchase_line_id: line.eta for line in body.lines}
    await deliveries.change_eta(actor, purchase_id, times, body.reason.strip(), expected_version=body.version)


@api.post("/purchases/{purchase_id}/deliveries", status=204, summary="到货, all of it or a part")
async def receive_purchase(actor: Actor, purchase_id: int, body: DeliveryIn) -> None:
    arrivals = [
        Arrival(line.purchase_line_id, line.quantity, None if line.bin is None else line.bin.strip(), line.cost_fen)
        for line in body.lines
    ]
    await deliveries.receive_delivery(actor, purchase_id, arrivals, expected_version=body.version)


@api.post("/purchases/{purchase_id}/cancellation", status=204, summary="取消 what has not come")
async def cancel_purchase(actor: Actor, purchase_id: int, body: PurchaseVersionIn) -> None:
    await deliveries.cancel_purchase(actor, purchase_id, expected_version=body.version)


def _wanted(body: PurchaseDraftIn) -> list[Wanted]:
    return [
        Wanted(line.part_number.strip(), line.quantity, line.cost_fen, line.eta, line.reason) for line in body.lines
    ]
