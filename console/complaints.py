"""投诉: what an owner complains about, who handles it, and by when."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.surveys import complaints, queries, resolving
from crm_core.surveys.queries import ComplaintRow, StepTaken
from foundation.reading import derive, read_model
from foundation.web import Id, Schema, Version


class ComplaintsQuery(Schema):
    """Which store."""

    store_id: Id


@read_model
class ComplaintPage(ComplaintRow):
    """A complaint with its history."""

    steps: list[StepTaken]


class Words(Schema):
    """What was agreed or done, at the version the actor saw."""

    note: str = Field(min_length=1, max_length=300)
    version: Version


class VerificationIn(Words):
    """What the owner said on the phone."""

    is_content: bool


@api.get("/complaints", summary="A store's complaints, unanswered ones first")
async def store_complaints(actor: Actor, query: ComplaintsQuery) -> list[ComplaintRow]:
    return [_masked(actor, row) for row in await queries.complaints_of_store(actor, query.store_id)]


@api.get("/complaints/{complaint_id}", summary="One complaint")
async def get_complaint(actor: Actor, complaint_id: int) -> ComplaintPage:
    seen = _masked(actor, await queries.complaint(actor, complaint_id))
    return derive(ComplaintPage, seen, steps=await queries.steps(complaint_id))


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


def _masked(actor: Actor, row: ComplaintRow) -> ComplaintRow:
    return replace(
        row,
        customer_name=masked.name(actor, row.customer_name),
        phone=masked.phone(actor, row.phone),
        plate=masked.plate(actor, row.plate),
    )
