"""对某项有疑问: the owner disputes a line of their bill and reads the answer."""

from pydantic import Field

from crm_core.bill_disputes import disputing, queries
from crm_core.bill_disputes.queries import DisputePage
from crm_core.dealerships.actors import Actor
from foundation.web import Schema, Version
from miniprogram_api.login import api


class BillDisputeIn(Schema):
    """Which line, and what is wrong with it, in the owner's words."""

    line_no: int = Field(ge=1, le=1000)
    reason: str = Field(min_length=1, max_length=200)
    is_held: bool = True
    """The line is not due until it is answered, so that the rest can be paid first."""


class DisputeWithdrawalIn(Schema):
    """The version the owner saw."""

    version: Version


@api.get("/bills/{bill_id}/disputes", summary="The lines of a bill and what was disputed of them")
async def bill_disputes(actor: Actor, bill_id: int) -> DisputePage:
    return await queries.page(actor, bill_id)


@api.post("/bills/{bill_id}/disputes", status=201, summary="Dispute one line; the rest can be paid meanwhile")
async def dispute_bill_line(actor: Actor, bill_id: int, body: BillDisputeIn) -> DisputePage:
    await disputing.raise_dispute(actor, bill_id, body.line_no, body.reason, is_held=body.is_held)
    return await queries.page(actor, bill_id)


@api.post("/bill-disputes/{dispute_id}/withdrawal", summary="Take a dispute back")
async def withdraw_bill_dispute(actor: Actor, dispute_id: int, body: DisputeWithdrawalIn) -> DisputePage:
    dispute = await disputing.withdraw(actor, dispute_id, expected_version=body.version)
    return await queries.page(actor, dispute.bill_id)
