"""投诉: what an owner was not content with, who takes care of it, and by when."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.surveys import complaints, queries, resolving
from foundation.web import Id, Schema


class ComplaintsQuery(Schema):
    """Which store."""

    store_id: Id


class ComplaintOut(Schema):
    """A complaint; its next step is promised until `due_at`. `may` is what the reader may do to it now."""

    id: int
    about: str
    source: str
    store: str
    customer_id: int
    customer_name: str
    phone: str | None
    plate: str
    series: str
    repair_order_id: int | None
    advisor: str | None
    body: str
    state: str
    opened_at: datetime
    reopened_at: datetime | None
    due_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    may: list[Literal["acknowledge", "plan", "resolve", "verify"]]
    version: int


class StepOut(Schema):
    """What was done to a complaint; `by` is null for what the owner brought about."""

    action: str
    by: str | None
    note: str
    at: datetime


class ComplaintPage(ComplaintOut):
    """A complaint with its history."""

    steps: list[StepOut]


class Words(Schema):
    """What was agreed or done, at the version the actor saw."""

    note: str = Field(min_length=1, max_length=300)
    version: int = Field(ge=1, lt=2**31)


class VerificationIn(Words):
    """What the owner said on the phone."""

    is_content: bool


@api.get("/complaints", summary="A store's complaints, unanswered ones first")
async def store_complaints(actor: Actor, query: ComplaintsQuery) -> list[ComplaintOut]:
    return [_out(actor, row) for row in await queries.complaints_of_store(actor, query.store_id)]


@api.get("/complaints/{complaint_id}", summary="One complaint")
async def get_complaint(actor: Actor, complaint_id: int) -> ComplaintPage:
    seen = _out(actor, await queries.complaint(actor, complaint_id))
    steps = [StepOut(**vars(step)) for step in await queries.steps(complaint_id)]
    return ComplaintPage(**seen.model_dump(), steps=steps)


@api.post("/complaints/{complaint_id}/acknowledgement", summary="Take a complaint up")
async def acknowledge_complaint(actor: Actor, complaint_id: int) -> ComplaintPage:
    await complaints.acknowledge(actor, complaint_id)
    return await get_complaint(actor, complaint_id)


@api.post("/complaints/{complaint_id}/plan", summary="Say what will be done")
async def plan_complaint(actor: Actor, complaint_id: int, body: Words) -> ComplaintPage:
    await resolving.plan(actor, complaint_id, body.note, expected_version=body.version)
    return await get_complaint(actor, complaint_id)


@api.post("/complaints/{complaint_id}/resolution", summary="Say what was done")
async def resolve_complaint(actor: Actor, complaint_id: int, body: Words) -> ComplaintPage:
    await resolving.resolve(actor, complaint_id, body.note, expected_version=body.version)
    return await get_complaint(actor, complaint_id)


@api.post("/complaints/{complaint_id}/verification", summary="Note what the owner said: it ends, or begins anew")
async def verify_complaint(actor: Actor, complaint_id: int, body: VerificationIn) -> ComplaintPage:
    await resolving.verify(
        actor, complaint_id, is_content=body.is_content, words=body.note, expected_version=body.version
    )
    return await get_complaint(actor, complaint_id)


def _out(actor: Actor, row: queries.ComplaintRow) -> ComplaintOut:
    seen = {
        "customer_name": masked.name(actor, row.customer_name),
        "phone": masked.phone(actor, row.phone),
        "plate": masked.plate(actor, row.plate),
    }
    return ComplaintOut(**vars(row) | seen | {"may": sorted(row.may)})
