"""收银班次: open one, count it, and sign for what differs."""

from typing import Literal

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.payments import shift_queries, shifts
from crm_core.payments.rules import Method
from crm_core.payments.shift_queries import ShiftPage, ShiftRow
from foundation.web import Id, Schema, Version

_MOST_FEN = 10**11


class ShiftsQuery(Schema):
    """Which store."""

    store_id: Id


class ShiftIn(Schema):
    """Where, and what is in the drawer."""

    store_id: Id
    float_fen: int = Field(ge=0, le=_MOST_FEN)


class CountIn(Schema):
    """What was counted of one method, in fen."""

    method: Literal["CASH", "CARD", "TRANSFER", "WECHAT_CODE"]
    counted_fen: int = Field(ge=-_MOST_FEN, le=_MOST_FEN)


class ShiftClosingIn(Schema):
    """The count, why it differs, and the version the cashier saw."""

    counts: list[CountIn] = Field(min_length=1, max_length=4)
    reason: str = Field(default="", max_length=shifts.REASON_MAX_CHARS)
    version: Version


class ShiftSignatureIn(Schema):
    """The version that was read."""

    version: Version


@api.get("/cashier-shifts", summary="A store's shifts, newest first")
async def cashier_shifts(actor: Actor, query: ShiftsQuery) -> list[ShiftRow]:
    return await shift_queries.of_store(actor, query.store_id)


@api.get("/cashier-shifts/{shift_id}", summary="One shift with its sums and movements")
async def cashier_shift(actor: Actor, shift_id: int) -> ShiftPage:
    return await shift_queries.page(actor, shift_id)


@api.post("/cashier-shifts", status=201, summary="开班: begin with this much in the drawer")
async def open_cashier_shift(actor: Actor, body: ShiftIn) -> ShiftPage:
    made = await shifts.open_shift(actor, body.store_id, body.float_fen)
    return await shift_queries.page(actor, made.id)


@api.post("/cashier-shifts/{shift_id}/closing", summary="交班: what was counted of each method")
async def close_cashier_shift(actor: Actor, shift_id: int, body: ShiftClosingIn) -> ShiftPage:
    counted = {Method(count.method): count.counted_fen for count in body.counts}
    await shifts.close(actor, shift_id, counted, body.reason, expected_version=body.version)
    return await shift_queries.page(actor, shift_id)


@api.post("/cashier-shifts/{shift_id}/closing-for-cashier", summary="代交班: count for a cashier who left")
async def close_shift_of_who_left(actor: Actor, shift_id: int, body: ShiftClosingIn) -> ShiftPage:
    counted = {Method(count.method): count.counted_fen for count in body.counts}
    await shifts.close_left(actor, shift_id, counted, body.reason, expected_version=body.version)
    return await shift_queries.page(actor, shift_id)


@api.post("/cashier-shifts/{shift_id}/signature", summary="Somebody else has seen what differs")
async def sign_cashier_shift(actor: Actor, shift_id: int, body: ShiftSignatureIn) -> ShiftPage:
    await shifts.sign(actor, shift_id, expected_version=body.version)
    return await shift_queries.page(actor, shift_id)
