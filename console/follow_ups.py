"""跟进 that are due: the reader's own list, and postponing or dropping one."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.customers import following_up
from crm_core.customers.following_up import DueFollowUp
from crm_core.dealerships.actors import Actor
from foundation.web import Moment, Schema


class PostponeIn(Schema):
    """When to contact the customer instead."""

    next_at: Moment


class DropIn(Schema):
    """Why nobody needs to contact the customer."""

    reason: str = Field(min_length=1, max_length=80)


@api.get("/follow-ups", summary="Contacts the reader has still to make, the longest overdue first")
async def due_follow_ups(actor: Actor) -> list[DueFollowUp]:
    return [_masked(actor, row) for row in await following_up.due(actor)]


@api.post("/follow-ups/{follow_up_id}/postponement", status=204, summary="改天: another time")
async def postpone_follow_up(actor: Actor, follow_up_id: int, body: PostponeIn) -> None:
    await following_up.postpone(actor, follow_up_id, body.next_at)


@api.post("/follow-ups/{follow_up_id}/drop", status=204, summary="不用联系了: off the list, with the reason on record")
async def drop_follow_up(actor: Actor, follow_up_id: int, body: DropIn) -> None:
    await following_up.drop(actor, follow_up_id, body.reason)


def _masked(actor: Actor, row: DueFollowUp) -> DueFollowUp:
    return replace(
        row,
        customer_name=masked.name(actor, row.customer_name),
        phone=masked.phone(actor, row.phone),
        cars=[_car(actor, car) for car in row.cars],
    )


def _car(actor: Actor, car: str) -> str:
    series, _, plate = car.rpartition(" ")
    return f"{series} {masked.plate(actor, plate)}" if plate else series
