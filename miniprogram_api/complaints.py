"""投诉 by the owner: what they are not content with, who deals with it, and by when."""

from typing import Final

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import queries as repair_queries
from crm_core.repair_orders.afterwards import complaining, queries
from crm_core.repair_orders.afterwards.complaining import Said
from crm_core.repair_orders.afterwards.queries import OwnComplaint
from crm_core.repair_orders.queries import OwnerVisitRow
from crm_core.surveys.rules import MAX_PHOTOS, Brought
from foundation.reading import read_model
from foundation.web import Id, Schema
from miniprogram_api.login import api

_VISITS: Final = 10
"""Whoever complains means one of the last visits (house rule)."""


@read_model
class OwnComplaintsOut:
    """The owner's complaints, and the visits they may complain of."""

    complaints: list[OwnComplaint]
    visits: list[OwnerVisitRow]


class OwnComplaintIn(Schema):
    """A complaint of one visit."""

    body: str = Field(min_length=1, max_length=300)
    repair_order_id: Id
    photos: list[str] = Field([], max_length=MAX_PHOTOS)


@api.get("/complaints", summary="The owner's complaints, and the visits they may complain of")
async def own_complaints(actor: Actor) -> OwnComplaintsOut:
    visits = await repair_queries.of_owner(actor)
    return OwnComplaintsOut(await queries.complaints_of_customer(actor, actor.id), visits[:_VISITS])


@api.post("/complaints", status=201, summary="Complain, or say more about a complaint that is not closed")
async def complain(actor: Actor, body: OwnComplaintIn) -> OwnComplaintsOut:
    said = Said(Brought.OWNER, body.body, body.photos)
    await complaining.about_order(actor, body.repair_order_id, said)
    return await own_complaints(actor)
