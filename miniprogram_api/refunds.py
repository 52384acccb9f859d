"""申请退款: an owner asks for money of a paid bill back, sees what became of it, and may take it back."""

from pydantic import Field

from crm_core.billing import refundable_queries, refunding
from crm_core.billing.refundable_queries import OwnersRefundable
from crm_core.dealerships.actors import Actor
from crm_core.payments import refunds
from foundation.refs import Ref
from foundation.web import Schema
from miniprogram_api.login import api


class WantedBack(Schema):
    """How much of which line."""

    line_no: int = Field(ge=1, le=1000)
    amount_fen: int = Field(gt=0, le=10**11)


class RefundWishIn(Schema):
    """What the owner wants back, and why, in their words."""

    lines: list[WantedBack] = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=80)


@api.get("/bills/{bill_id}/refunds", summary="What may be asked back of a bill, and what was")
async def refunds_of_bill(actor: Actor, bill_id: int) -> OwnersRefundable:
    return await refundable_queries.for_owner(actor, bill_id)


@api.post("/bills/{bill_id}/refunds", status=201, summary="Ask for money back; the store decides")
async def ask_for_refund(actor: Actor, bill_id: int, body: RefundWishIn) -> OwnersRefundable:
    wanted: dict[int, int] = {}
    for line in body.lines:
        wanted[line.line_no] = wanted.get(line.line_no, 0) + line.amount_fen
    await refunding.request(actor, bill_id, wanted, body.reason)
    return await refundable_queries.for_owner(actor, bill_id)


@api.post("/refunds/{refund_id}/withdrawal", summary="Take back what was asked for, until somebody has decided")
async def withdraw_refund(actor: Actor, refund_id: int) -> OwnersRefundable:
    refund = await refunds.take_back(actor, refund_id)
    return await refundable_queries.for_owner(actor, Ref.parse(refund.about).number)
