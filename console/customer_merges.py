"""Merging two records of one person, and undoing a merge that was wrong."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.customers import queries, service
from crm_core.customers.queries import Merge
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Schema


class MergeIn(Schema):
    """The record that is merged into this one, and how we know that it is the same person."""

    merged_id: Id
    reason: str = Field(min_length=1, max_length=40)


class UndoMergeIn(Schema):
    """Why the records turned out to be of two people."""

    reason: str = Field(min_length=1, max_length=40)


@api.get("/customers/{customer_id}/merges", summary="Records that were made part of this one")
async def merges_of_customer(actor: Actor, customer_id: int) -> list[Merge]:
    return [_merge(actor, row) for row in await queries.merges_into(actor, customer_id)]


@api.post("/customers/{customer_id}/merges", status=201, summary="Make another record part of this one")
async def merge_customers(actor: Actor, customer_id: int, body: MergeIn) -> Merge:
    merge_id = await service.merge(actor, customer_id, body.merged_id, reason=body.reason)
    return _merge(actor, await queries.merge_made(merge_id))


@api.post("/customer-merges/{merge_id}/undoing", status=204, summary="Make two customers of one again")
async def undo_customer_merge(actor: Actor, merge_id: int, body: UndoMergeIn) -> None:
    await service.undo_merge(actor, merge_id, reason=body.reason)


def _merge(actor: Actor, merge: Merge) -> Merge:
    return replace(merge, merged_name=masked.name(actor, merge.merged_name))
