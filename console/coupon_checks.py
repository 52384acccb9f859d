"""卡券风险: coupons that look farmed, and what somebody decides about them."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.coupon_checks import checking, queries
from crm_core.coupon_checks.queries import FindingRows
from crm_core.coupon_checks.rules import FindingKind, FindingState
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Schema, Version


class FindingsQuery(Schema):
    """Optionally of one state or kind."""

    state: FindingState | None = None
    kind: FindingKind | None = None
    cursor: Cursor | None = None


class FindingDecisionIn(Schema):
    """Why, and the version that was seen."""

    note: str = Field(min_length=2, max_length=80)
    version: Version


@api.get("/coupon-findings", summary="Coupons that look farmed, what nobody has looked at first")
async def coupon_findings(actor: Actor, query: FindingsQuery) -> FindingRows:
    page = await queries.page(actor, state=query.state, kind=query.kind, cursor=query.cursor)
    return replace(
        page,
        items=[
            replace(row, customer_names=[masked.name(actor, name) for name in row.customer_names]) for row in page.items
        ],
    )


@api.post("/coupon-findings/{finding_id}/confirmation", status=204, summary="Something is wrong: freeze what is left")
async def confirm_coupon_finding(actor: Actor, finding_id: int, body: FindingDecisionIn) -> None:
    await checking.confirm(actor, finding_id, body.note.strip(), expected_version=body.version)


@api.post("/coupon-findings/{finding_id}/clearance", status=204, summary="Nothing is wrong")
async def clear_coupon_finding(actor: Actor, finding_id: int, body: FindingDecisionIn) -> None:
    await checking.clear(actor, finding_id, body.note.strip(), expected_version=body.version)
