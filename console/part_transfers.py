"""调拨: what stores ask each other for, and how many of it arrive."""

from dataclasses import replace

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import is_allowed, subject
from crm_core.parts.transfers import queries, service
from crm_core.parts.transfers.queries import ElsewhereRow, TransferPage, TransferRow
from crm_core.parts.transfers.service import Asked, Counted
from crm_core.repair_orders import transfers
from foundation.web import Id, Moment, Schema, Version


class TransfersQuery(Schema):
    """The store whose transfers are listed, in and out."""

    store_id: Id


class ElsewhereQuery(TransfersQuery):
    """A part by its number, for a store that is short of it."""

    number: str = Field(min_length=1, max_length=40)


class TransferLineIn(Schema):
    """A part by its number, and how many pieces."""

    part_number: str = Field(min_length=1, max_length=40)
    quantity: int = Field(gt=0, le=10_000)


class TransferIn(Schema):
    """Who asks whom for what."""

    to_store_id: Id
    from_store_id: Id
    lines: list[TransferLineIn] = Field(min_length=1, max_length=100)
    note: str = Field(default="", max_length=120)


class TransferVersionIn(Schema):
    """The version that was seen."""

    version: Version


class TransferGiftIn(Schema):
    """How many pieces of a line are given."""

    line_id: Id
    quantity: int = Field(ge=0, le=10_000)


class AgreementIn(TransferVersionIn):
    """What is given, by default what was asked for, and when it arrives."""

    lines: list[TransferGiftIn] = Field(default_factory=list, max_length=100)
    eta: Moment


class TransferEtaIn(TransferVersionIn):
    """When it arrives now, and why, as the asking store reads it."""

    eta: Moment
    reason: str = Field(min_length=1, max_length=120)


class TransferRefusalIn(TransferVersionIn):
    """Why not."""

    reason: str = Field(min_length=1, max_length=120)


class TransferCountIn(Schema):
    """Pieces that arrived, into which bin (by default where such pieces lie), and why not as many as were sent."""

    line_id: Id
    quantity: int = Field(ge=0, le=10_000)
    bin: str | None = Field(default=None, max_length=20)
    reason: str = Field(default="", max_length=80)


class TransferReceiptIn(TransferVersionIn):
    """What was counted."""

    lines: list[TransferCountIn] = Field(min_length=1, max_length=100)


class TransferMadeOut(Schema):
    """The transfer's number."""

    id: int


@api.get("/part-transfers", summary="调拨: what a store gives and gets, what is open first")
async def part_transfers(actor: Actor, query: TransfersQuery) -> list[TransferRow]:
    return await queries.of_store(actor, query.store_id)


@api.get("/part-transfers/{transfer_id}", summary="One transfer with its lines")
async def part_transfer(actor: Actor, transfer_id: int) -> TransferPage:
    page = await queries.one(actor, transfer_id)
    stores = (page.from_store_id, page.to_store_id)
    if any(is_allowed(actor, "parts.read_cost", subject(store_id=store_id)) for store_id in stores):
        return page
    return replace(page, lines=[replace(line, cost_fen=None) for line in page.lines])


@api.get("/stock/elsewhere", summary="Which other stores have free pieces of a part")
async def stock_elsewhere(actor: Actor, query: ElsewhereQuery) -> list[ElsewhereRow]:
    return await queries.elsewhere(actor, query.store_id, query.number)


@api.post("/part-transfers", status=201, summary="请调: ask another store for parts")
async def ask_for_transfer(actor: Actor, body: TransferIn) -> TransferMadeOut:
    lines = [Asked(line.part_number.strip(), line.quantity) for line in body.lines]
    made = await service.ask(actor, body.to_store_id, body.from_store_id, lines, body.note.strip())
    return TransferMadeOut(id=made)


@api.post("/part-transfers/{transfer_id}/agreement", status=204, summary="同意调出: set pieces aside, with a time")
async def agree_to_transfer(actor: Actor, transfer_id: int, body: AgreementIn) -> None:
    given = {line.line_id: line.quantity for line in body.lines}
    await transfers.agree_to_transfer(actor, transfer_id, given, body.eta, expected_version=body.version)


@api.post("/part-transfers/{transfer_id}/eta", status=204, summary="改到店时间: promises move, owners are told")
async def change_transfer_eta(actor: Actor, transfer_id: int, body: TransferEtaIn) -> None:
    await transfers.expect_transfer(actor, transfer_id, body.eta, body.reason.strip(), expected_version=body.version)


@api.post("/part-transfers/{transfer_id}/dispatch", status=204, summary="发出: the pieces are in transit")
async def send_transfer(actor: Actor, transfer_id: int, body: TransferVersionIn) -> None:
    await transfers.send_transfer(actor, transfer_id, expected_version=body.version)


@api.post("/part-transfers/{transfer_id}/receipt", status=204, summary="收货, counted; a difference has its reason")
async def receive_transfer(actor: Actor, transfer_id: int, body: TransferReceiptIn) -> None:
    counted = [
        Counted(line.line_id, line.quantity, None if line.bin is None else line.bin.strip(), line.reason.strip())
        for line in body.lines
    ]
    await transfers.receive_transfer(actor, transfer_id, counted, expected_version=body.version)


@api.post("/part-transfers/{transfer_id}/refusal", status=204, summary="不同意调出, with the reason")
async def refuse_transfer(actor: Actor, transfer_id: int, body: TransferRefusalIn) -> None:
    await transfers.refuse_transfer(actor, transfer_id, body.reason.strip(), expected_version=body.version)


@api.post("/part-transfers/{transfer_id}/cancellation", status=204, summary="不调了")
async def cancel_transfer(actor: Actor, transfer_id: int, body: TransferVersionIn) -> None:
    await transfers.cancel_transfer(actor, transfer_id, expected_version=body.version)
