"""投诉: what an owner complains about, who handles it, and by when."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders.afterwards import amends, complaining
from crm_core.repair_orders.afterwards import queries as afterwards
from crm_core.repair_orders.afterwards.complaining import Said
from crm_core.repair_orders.afterwards.queries import FeedbackRow
from crm_core.repair_orders.photos import OwnerPhoto, signed_photo
from crm_core.surveys import complaints, figures, queries, resolving
from crm_core.surveys.figures import ComplaintFigures
from crm_core.surveys.queries import ComplaintList, ComplaintRow, StepTaken
from crm_core.surveys.rules import MAX_PHOTOS, Brought, ComplaintsShown
from foundation.reading import derive, read_model
from foundation.web import Cursor, Day, Id, Schema, Version


class ComplaintsQuery(Schema):
    """Which store, and which of its complaints; only the closed ones come in pages."""

    store_id: Id
    shown: ComplaintsShown = ComplaintsShown.UNSETTLED
    cursor: Cursor | None = None


class ComplaintFiguresQuery(Schema):
    """Of which store, and on which days its complaints were opened."""

    store_id: Id
    since: Day
    until: Day


@read_model
class ComplaintPage(ComplaintRow):
    """A complaint with its history and its photos."""

    steps: list[StepTaken]
    photos: list[OwnerPhoto]


class ComplaintIn(Schema):
    """What a customer complains of at the desk or on the phone."""

    brought: Literal[Brought.DESK, Brought.PHONE]
    body: str = Field(min_length=1, max_length=300)
    photos: list[str] = Field([], max_length=MAX_PHOTOS)

    @property
    def said(self) -> Said:
        """For the verb."""
        return Said(self.brought, self.body, self.photos)


class ComplaintOfCarIn(ComplaintIn):
    """A complaint of no visit: to which store, by whom, about which of their cars."""

    store_id: Id
    customer_id: Id
    vehicle_id: Id


class WrittenDownOut(Schema):
    """The complaint's number, also of one that was there already and had the words added."""

    id: int


class AmendsIn(Schema):
    """Which coupon to give, at the version the actor saw."""

    template_id: Id
    version: Version


class Words(Schema):
    """What was agreed or done, at the version the actor saw."""

    note: str = Field(min_length=1, max_length=300)
    version: Version


class VerificationIn(Words):
    """What the owner said on the phone."""

    is_content: bool


@api.get("/complaints", summary="A store's complaints, unanswered ones first")
async def store_complaints(actor: Actor, query: ComplaintsQuery) -> ComplaintList:
    found = await queries.complaints_of_store(actor, query.store_id, query.shown, cursor=query.cursor)
    return replace(found, items=[_masked(actor, row) for row in found.items])


@api.get("/complaint-figures", summary="How many steps of the complaints opened in some days were in time")
async def complaint_figures(actor: Actor, query: ComplaintFiguresQuery) -> ComplaintFigures:
    return await figures.of_store(actor, query.store_id, query.since, query.until)


@api.get("/my-feedback", summary="What owners said of visits in which the reader did something")
async def my_feedback(actor: Actor) -> list[FeedbackRow]:
    rows = await afterwards.feedback_of_reader(actor)
    return [replace(row, plate=masked.plate(actor, row.plate)) for row in rows]


@api.post("/repair-orders/{repair_order_id}/complaints", status=201, summary="Write down a complaint of a visit")
async def bring_complaint(actor: Actor, repair_order_id: int, body: ComplaintIn) -> WrittenDownOut:
    return WrittenDownOut(id=(await complaining.about_order(actor, repair_order_id, body.said)).id)


@api.post("/complaints", status=201, summary="Write down a complaint that is of no visit")
async def bring_complaint_of_car(actor: Actor, body: ComplaintOfCarIn) -> WrittenDownOut:
    made = await complaining.about_car(actor, body.store_id, body.customer_id, body.vehicle_id, body.said)
    return WrittenDownOut(id=made.id)


@api.get("/complaints/{complaint_id}", summary="One complaint")
async def get_complaint(actor: Actor, complaint_id: int) -> ComplaintPage:
    seen = _masked(actor, await queries.complaint(actor, complaint_id))
    photos = [signed_photo(key, "照片") for key in seen.photo_keys]
    return derive(ComplaintPage, seen, steps=await queries.steps(complaint_id), photos=photos)


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


@api.post("/complaints/{complaint_id}/coupon", summary="Give the owner a coupon for what went wrong")
async def give_complaint_coupon(actor: Actor, complaint_id: int, body: AmendsIn) -> ComplaintPage:
    await amends.give_coupon(actor, complaint_id, body.template_id, expected_version=body.version)
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
