"""审批 S16: what waits for me, what I asked for, and the decision."""

from typing import Literal

from pydantic import Field

from console.sign_in import api
from crm_core.approvals import queries, service
from crm_core.approvals.notices import KIND_WORDS
from crm_core.approvals.queries import Request, SeenRequest
from crm_core.approvals.rules import ApprovalPolicy
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy
from foundation.reading import derive, read_model
from foundation.web import Cursor, Page, Schema, Version


class ApprovalListQuery(Schema):
    """Which list: waiting for me, asked by me, everything in my stores."""

    view: Literal["to_decide", "mine", "all"] = "to_decide"
    cursor: Cursor | None = None


class ApprovalDecisionIn(Schema):
    """Whether to agree, and the version that was seen; a refusal needs a reason."""

    agree: bool
    version: Version
    note: str = Field(default="", max_length=200)


@read_model
class ApprovalOut(Request):
    """A request with its kind in words, and after how many hours it expires."""

    kind_name: str
    decide_within_hours: int


@api.get("/approvals", summary="Requests: waiting for me, asked by me, or all of my stores")
async def list_approvals(actor: Actor, query: ApprovalListQuery) -> Page[ApprovalOut]:
    before = int(query.cursor) if query.cursor else None
    policy = await group_policy(ApprovalPolicy)
    if query.view == "to_decide":
        rows = await queries.to_decide(actor)
        return Page[ApprovalOut](items=[_out(row, policy) for row in rows])
    ask = queries.requested_by if query.view == "mine" else queries.history
    rows = await ask(actor, before_id=before, limit=queries.PAGE + 1)
    items = [_out(row, policy) for row in rows[: queries.PAGE]]
    return Page[ApprovalOut](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/approvals/{approval_id}", summary="One request with its decisions")
async def get_approval(actor: Actor, approval_id: int) -> ApprovalOut:
    return _out(await queries.one(actor, approval_id), await group_policy(ApprovalPolicy))


@api.post("/approvals/{approval_id}/decision", summary="Agree or refuse what was seen")
async def decide_approval(actor: Actor, approval_id: int, body: ApprovalDecisionIn) -> ApprovalOut:
    await service.decide(actor, approval_id, agree=body.agree, version_seen=body.version, note=body.note)
    return await get_approval(actor, approval_id)


@api.post("/approvals/{approval_id}/withdrawal", summary="Take one's own request back")
async def withdraw_approval(actor: Actor, approval_id: int) -> ApprovalOut:
    await service.withdraw(actor, approval_id)
    return await get_approval(actor, approval_id)


def _out(row: SeenRequest, policy: ApprovalPolicy) -> ApprovalOut:
    return derive(
        ApprovalOut,
        row,
        kind_name=KIND_WORDS[row.kind],
        decide_within_hours=policy.expire_after_hours,
    )
