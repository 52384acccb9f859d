"""自由项目 of an estimate: what an advisor writes in words, and what an hour of it costs."""

from typing import Literal

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.bay_kind import BayKind
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders import free_lines, offered_again
from crm_core.repair_orders.free_line_rules import (
    LEAST_MINUTES,
    MOST_CENTIHOURS,
    MOST_FEN,
    MOST_MINUTES,
    MOST_PARTS,
    MOST_PIECES,
    NAME_MAX,
    PART_NAME_MAX,
    FreeJob,
    OutsidePart,
)
from crm_core.repair_orders.free_lines import LabourPrices
from crm_core.repair_orders.offered_again import OfferedAgain
from foundation.text import one_line
from foundation.web import Schema


class OutsidePartIn(Schema):
    """外购件: a part that is bought for one job; the price is for one piece."""

    name: str = Field(min_length=1, max_length=PART_NAME_MAX)
    quantity: int = Field(ge=1, le=MOST_PIECES)
    price_fen: int = Field(ge=0, le=MOST_FEN)


class FreeJobIn(Schema):
    """自由项目: a job that the catalogue does not have; its labour has hours or a price, or it only fits parts."""

    name: str = Field(min_length=1, max_length=NAME_MAX)
    minutes: int = Field(ge=LEAST_MINUTES, le=MOST_MINUTES)
    labour_centihours: int = Field(default=0, ge=0, le=MOST_CENTIHOURS)
    labour_fen: int = Field(default=0, ge=0, le=MOST_FEN)
    bay_kind: Literal[BayKind.GENERAL, BayKind.BODY] = BayKind.GENERAL
    work_kind: WorkKind = WorkKind.SMALL
    needs_road_test: bool = False
    parts: list[OutsidePartIn] = Field(default=[], max_length=MOST_PARTS)


def free_job_of(body: FreeJobIn) -> FreeJob:
    """What was written, each name on one line."""
    parts = tuple(OutsidePart(one_line(part.name), part.quantity, part.price_fen) for part in body.parts)
    facts = body.model_dump(exclude={"name", "parts"})
    return FreeJob(name=one_line(body.name), parts=parts, **facts)


@api.get("/repair-orders/{repair_order_id}/estimate/lines", summary="What the estimate offers, to be written again")
async def lines_to_offer_again(actor: Actor, repair_order_id: int) -> OfferedAgain:
    return await offered_again.of_order(actor, repair_order_id)


@api.get("/repair-orders/{repair_order_id}/labour-prices", summary="What an hour of labour costs on its car")
async def labour_prices(actor: Actor, repair_order_id: int) -> LabourPrices:
    return await free_lines.labour_prices(actor, repair_order_id)
