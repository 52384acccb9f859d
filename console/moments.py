"""企业朋友圈 M8: what members publish in the Moments of their customers."""

from dataclasses import replace

from pydantic import Field

from campaigns.contents import trying
from campaigns.contents.trying import ContentKit, TriedContent
from campaigns.moments import asking, carrying, drafting, queries
from campaigns.moments.asking import RemindedMembers
from campaigns.moments.audience import Audience, Tag
from campaigns.moments.drafting import MomentDraft
from campaigns.moments.queries import MomentPartRow, MomentReactionRow, MomentRow, OwnMomentPart
from campaigns.moments.rules import MomentState
from campaigns.scope import stores_of
from console import masked
from console.campaign_contents import ContentIn
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Moment, Page, Schema, Version


class MomentListQuery(Schema):
    """Which ones, and after which to continue; `q` is part of the name."""

    q: str = Field(default="", max_length=40)
    state: MomentState | None = None
    cursor: Cursor | None = None


class MomentAudienceIn(Schema):
    """For which stores, null for all of the reader's, and with which of WeCom's tags; none for all customers."""

    store_ids: list[Id] | None = Field(default=None, min_length=1, max_length=500)
    wecom_tags: list[str] = Field(default_factory=list, max_length=100)


class MomentIn(MomentAudienceIn):
    """A Moment to write."""

    name: str = Field(min_length=1, max_length=30)
    words: ContentIn
    starts_at: Moment

    def draft(self) -> MomentDraft:
        """As the campaigns know it."""
        return MomentDraft(self.name.strip(), self.words.content(), self.starts_at, self.store_ids, self.wecom_tags)


class MomentEditIn(MomentIn):
    """A change, with the version it was made on."""

    version: Version


class MomentWordsIn(Schema):
    """Words that are being written."""

    words: ContentIn


class MomentSeenIn(Schema):
    """The version that was on the screen."""

    version: Version


class MomentOut(Schema):
    """Its number and version."""

    id: int
    version: int


@api.get("/moments/kit", summary="What a Moment may consist of")
async def moment_kit(actor: Actor) -> ContentKit:
    stores_of(actor, "campaigns.draft")
    return trying.kit_of(carrying.NAME, carrying.CARRIES)


@api.post("/moments/trial", summary="What is wrong with words, and how people would see them; keeps nothing")
async def try_moment(actor: Actor, body: MomentWordsIn) -> TriedContent:
    stores_of(actor, "campaigns.draft")
    words = body.words.content()
    return await trying.tried_for(words, carrying.CARRIES, {}, carrying.problems(words))


@api.post("/moments/audience", summary="Who would publish and see a Moment; keeps nothing")
async def moment_audience(actor: Actor, body: MomentAudienceIn) -> Audience:
    return await queries.expected(actor, body.store_ids, body.wecom_tags)


@api.get("/moments/tags", summary="The tags by which the customers who see it can be chosen")
async def moment_tags(actor: Actor) -> list[Tag]:
    return await queries.tags_of_reader(actor)


@api.get("/moments", summary="Moments of the reader's stores, the newest first")
async def moments(actor: Actor, query: MomentListQuery) -> Page[MomentRow]:
    rows = await queries.of_reader(
        actor,
        state=query.state,
        search=query.q,
        before_id=int(query.cursor) if query.cursor else None,
        limit=queries.PAGE + 1,
    )
    items = rows[: queries.PAGE]
    return Page[MomentRow](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/moments/{moment_id}", summary="A Moment with what came of it")
async def moment(actor: Actor, moment_id: int) -> MomentRow:
    return await queries.one(actor, moment_id)


@api.get("/moments/{moment_id}/parts", summary="Its members, those first who have not published it")
async def moment_parts(actor: Actor, moment_id: int) -> list[MomentPartRow]:
    return await queries.parts_of(actor, moment_id)


@api.get("/moments/{moment_id}/reactions", summary="Its last likes and comments of customers we know")
async def moment_reactions(actor: Actor, moment_id: int) -> list[MomentReactionRow]:
    reactions = await queries.reactions_of(actor, moment_id)
    return [replace(one, customer=masked.name(actor, one.customer)) for one in reactions]


@api.post("/moments", status=201, summary="Write a Moment")
async def write_moment(actor: Actor, body: MomentIn) -> MomentOut:
    made = await drafting.draft(actor, body.draft())
    return MomentOut(id=made.id, version=made.version)


@api.put("/moments/{moment_id}", summary="Change a Moment; it needs a new approval")
async def edit_moment(actor: Actor, moment_id: int, body: MomentEditIn) -> MomentOut:
    changed = await drafting.edit(actor, moment_id, body.draft(), expected_version=body.version)
    return MomentOut(id=changed.id, version=changed.version)


@api.post("/moments/{moment_id}/submission", summary="Ask for approval")
async def submit_moment(actor: Actor, moment_id: int, body: MomentSeenIn) -> MomentOut:
    changed = await drafting.submit(actor, moment_id, expected_version=body.version)
    return MomentOut(id=changed.id, version=changed.version)


@api.post("/moments/{moment_id}/cancellation", summary="End it: who has not published it cannot any more")
async def cancel_moment(actor: Actor, moment_id: int, body: MomentSeenIn) -> MomentOut:
    changed = await drafting.cancel(actor, moment_id, expected_version=body.version)
    return MomentOut(id=changed.id, version=changed.version)


@api.post("/moments/{moment_id}/reminders", summary="Remind everybody who has not published it")
async def remind_of_moment(actor: Actor, moment_id: int, body: MomentSeenIn) -> RemindedMembers:
    return await asking.remind(actor, moment_id, expected_version=body.version)


@api.get("/moment-parts/{moment_part_id}", summary="What the reader, or somebody they lead, is to publish")
async def own_moment_part(actor: Actor, moment_part_id: int) -> OwnMomentPart:
    return await queries.part(actor, moment_part_id)
