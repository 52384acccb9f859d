"""投诉: what an owner was not content with, who takes care of it, and by when."""

from datetime import datetime

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.surveys import complaints, queries
from foundation.web import Id, Schema


class ComplaintsQuery(Schema):
    """Which store."""

    store_id: Id


class ComplaintOut(Schema):
    """A complaint; somebody answers it until `answer_by`."""

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
    answer_by: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    may_acknowledge: bool
    version: int


@api.get("/complaints", summary="A store's complaints, unanswered ones first")
async def store_complaints(actor: Actor, query: ComplaintsQuery) -> list[ComplaintOut]:
    return [_out(actor, row) for row in await queries.complaints_of_store(actor, query.store_id)]


@api.get("/complaints/{complaint_id}", summary="One complaint")
async def get_complaint(actor: Actor, complaint_id: int) -> ComplaintOut:
    return _out(actor, await queries.complaint(actor, complaint_id))


@api.post("/complaints/{complaint_id}/acknowledgement", summary="Take a complaint up")
async def acknowledge_complaint(actor: Actor, complaint_id: int) -> ComplaintOut:
    await complaints.acknowledge(actor, complaint_id)
    return await get_complaint(actor, complaint_id)


def _out(actor: Actor, row: queries.ComplaintRow) -> ComplaintOut:
    seen = {
        "customer_name": masked.name(actor, row.customer_name),
        "phone": masked.phone(actor, row.phone),
        "plate": masked.plate(actor, row.plate),
    }
    return ComplaintOut(**vars(row) | seen)
