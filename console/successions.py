"""交接: what a member who leaves or moves on has goes to colleagues, by a plan one reads before it is carried out."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import BelongingKind
from crm_core.succession import queries, service
from crm_core.succession.queries import SuccessionEntry, SuccessionLine, SuccessionPage
from foundation.web import Id, Schema, Version


class PrepareSuccessionIn(Schema):
    """Whose things; whether they leave the company."""

    staff_id: Id
    is_leaving: bool = True


class ChooseTakerIn(Schema):
    """Who takes these things, or all of them."""

    taker_id: Id
    item_ids: list[Id] | None = Field(default=None, max_length=1000)
    version: Version


class StartSuccessionIn(Schema):
    """At the version its reader saw; `ends_account` signs the member out for good."""

    version: Version
    ends_account: bool = False


class CancelSuccessionIn(Schema):
    """At the version its reader saw."""

    version: Version


class SuccessionItemsQuery(Schema):
    """The things after one, of a kind if one is given."""

    after: int = Field(default=0, ge=0, lt=2**63)
    kind: BelongingKind | None = None


@api.get("/successions", summary="Successions of the stores one leads in")
async def successions(actor: Actor) -> list[SuccessionEntry]:
    return await queries.of_reader(actor)


@api.post("/successions", status=201, summary="List what a member has and propose who gets it")
async def prepare_succession(actor: Actor, body: PrepareSuccessionIn) -> SuccessionPage:
    made = await service.prepare(actor, body.staff_id, is_leaving=body.is_leaving)
    return await queries.one(actor, made.id)


@api.get("/successions/{succession_id}", summary="One succession with its figures")
async def succession(actor: Actor, succession_id: int) -> SuccessionPage:
    return await queries.one(actor, succession_id)


@api.get("/successions/{succession_id}/items", summary="What goes to whom and why, and what became of it")
async def succession_items(actor: Actor, succession_id: int, query: SuccessionItemsQuery) -> list[SuccessionLine]:
    lines = await queries.lines(actor, succession_id, after=query.after, kind=query.kind)
    return [
        replace(line, customer_name=masked.name(actor, line.customer_name) if line.customer_name else None)
        for line in lines
    ]


@api.put("/successions/{succession_id}/takers", summary="Let a colleague take some of the things, or all")
async def choose_taker(actor: Actor, succession_id: int, body: ChooseTakerIn) -> SuccessionPage:
    await service.choose(actor, succession_id, body.taker_id, item_ids=body.item_ids, expected_version=body.version)
    return await queries.one(actor, succession_id)


@api.post("/successions/{succession_id}/start", summary="Hand everything over as planned")
async def start_succession(actor: Actor, succession_id: int, body: StartSuccessionIn) -> SuccessionPage:
    await service.start(actor, succession_id, expected_version=body.version, ends_account=body.ends_account)
    return await queries.one(actor, succession_id)


@api.post("/successions/{succession_id}/cancellation", summary="Throw the plan away")
async def cancel_succession(actor: Actor, succession_id: int, body: CancelSuccessionIn) -> SuccessionPage:
    await service.cancel(actor, succession_id, expected_version=body.version)
    return await queries.one(actor, succession_id)
