"""标签: the tags of the house, what differs from WeCom, and the segments that carry one."""

from dataclasses import replace

from pydantic import Field

from campaigns.tag_rules import queries as rule_queries
from campaigns.tag_rules import service as rules
from campaigns.tag_rules.queries import TagRuleRow
from console import masked
from console.sign_in import api
from crm_core.customers.tags import keeping, queries
from crm_core.customers.tags.queries import TagDrift, TagDriftCount, TagRow
from crm_core.customers.tags.rules import TagDriftKind
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Schema


class TagIn(Schema):
    """A tag to make; its group is made with it if there is none of this name."""

    group: str = Field(min_length=1, max_length=30)
    name: str = Field(min_length=1, max_length=30)


class TagNameIn(Schema):
    """Another name."""

    name: str = Field(min_length=1, max_length=30)


class CarriedTagIn(Schema):
    """The tag a segment is to put on its people."""

    tag_id: Id


class TagDriftsQuery(Schema):
    """Of one kind, or all."""

    kind: TagDriftKind | None = None


class TagOut(Schema):
    """Its number."""

    id: int


class MendedOut(Schema):
    """Of how many pairs of a member and a friend WeCom is told."""

    pairs: int


@api.get("/tags", summary="All tags, how many carry each, and of how many WeCom is still to be told")
async def tags(actor: Actor) -> list[TagRow]:
    return await queries.of_reader(actor)


@api.post("/tags", status=201, summary="Make a tag; WeCom makes it as soon as it answers")
async def make_tag(actor: Actor, body: TagIn) -> TagOut:
    return TagOut(id=await keeping.create(actor, group=body.group, name=body.name))


@api.put("/tags/{tag_id}", summary="Give a tag made here another name")
async def rename_tag(actor: Actor, tag_id: int, body: TagNameIn) -> None:
    await keeping.rename(actor, tag_id, name=body.name)


@api.delete("/tags/{tag_id}", summary="Delete a tag made here; nobody carries it any more")
async def end_tag(actor: Actor, tag_id: int) -> None:
    await rules.end_tag(actor, tag_id)


@api.get("/tags/rules", summary="The segments that carry a tag, and what their last run did")
async def tag_rules(actor: Actor) -> list[TagRuleRow]:
    return await rule_queries.of_reader(actor)


@api.get("/tags/drift-counts", summary="How many pairs of a member and a friend differ from WeCom, by kind")
async def tag_drift_counts(actor: Actor) -> list[TagDriftCount]:
    return await queries.drift_counts(actor)


@api.get("/tags/drifts", summary="What differs from WeCom and why, what is in trouble first")
async def tag_drifts(actor: Actor, query: TagDriftsQuery) -> list[TagDrift]:
    drifts = await queries.drifts_of_reader(actor, query.kind)
    return [replace(one, customer_name=masked.name(actor, one.customer_name)) for one in drifts]


@api.post("/tags/mending", summary="Bring here and WeCom together; nothing is taken off")
async def mend_tags(actor: Actor) -> MendedOut:
    return MendedOut(pairs=await keeping.mend(actor))


@api.put("/segments/{segment_id}/tag", summary="Have the people of a segment carry a tag, from now on")
async def carry_tag(actor: Actor, segment_id: int, body: CarriedTagIn) -> None:
    await rules.carry(actor, segment_id, body.tag_id)


@api.delete("/segments/{segment_id}/tag", summary="The segment carries no tag any more")
async def stop_carrying_tag(actor: Actor, segment_id: int) -> None:
    await rules.stop(actor, segment_id)


@api.post("/segments/{segment_id}/tag/runs", summary="Compare the people of a segment with its tag now")
async def run_tag_rule(actor: Actor, segment_id: int) -> None:
    await rules.run_now(actor, segment_id)
