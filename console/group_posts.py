"""客户群群发 M8: what owners of customer groups send into these."""

from pydantic import Field

from campaigns.contents import trying
from campaigns.contents.trying import ContentKit, TriedContent
from campaigns.group_posts import asking, carrying, choosing, drafting, queries
from campaigns.group_posts.asking import RemindedOwners, TasksToRead
from campaigns.group_posts.choosing import ChoosableGroup, GroupAudience, GroupChoice, Wished
from campaigns.group_posts.drafting import GroupPostDraft
from campaigns.group_posts.queries import GroupPostRow, GroupPostTargetRow, GroupPostTaskRow, OwnGroupPostTask
from campaigns.group_posts.rules import MOST_GROUPS, PostState, TargetState
from campaigns.scope import stores_of
from console.campaign_contents import ContentIn
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Moment, Page, Schema, Version


class GroupPostListQuery(Schema):
    """Which ones, and after which to continue; `q` is part of the name."""

    q: str = Field(default="", max_length=40)
    state: PostState | None = None
    cursor: Cursor | None = None


class GroupWishQuery(Schema):
    """Which groups to choose from; `q` is part of the group's or its owner's name."""

    q: str = Field(default="", max_length=40)
    store_id: Id | None = None
    at_least: int = Field(default=0, ge=0, le=1000)
    without_refusing: bool = False

    def wished(self) -> Wished:
        """As the campaigns know it."""
        return Wished(self.q, self.store_id, self.at_least, self.without_refusing)


class ChoosableGroupQuery(GroupWishQuery):
    """The same, and after which to continue."""

    cursor: Cursor | None = None


class GroupPostTargetQuery(Schema):
    """Groups in which state, and after which to continue."""

    state: TargetState | None = None
    cursor: Cursor | None = None


class ChosenGroupsIn(Schema):
    """The chosen groups."""

    customer_group_ids: list[Id] = Field(min_length=1, max_length=MOST_GROUPS)


class GroupPostIn(ChosenGroupsIn):
    """A post to write."""

    name: str = Field(min_length=1, max_length=30)
    words: ContentIn
    starts_at: Moment

    def draft(self) -> GroupPostDraft:
        """As the campaigns know it."""
        return GroupPostDraft(self.name.strip(), self.words.content(), self.starts_at, self.customer_group_ids)


class GroupPostEditIn(GroupPostIn):
    """A change, with the version it was made on."""

    version: Version


class GroupPostWordsIn(Schema):
    """Words that are being written."""

    words: ContentIn


class GroupPostSeenIn(Schema):
    """The version that was on the screen."""

    version: Version


class GroupPostOut(Schema):
    """Its number and version."""

    id: int
    version: int


class GroupPostChosenOut(Schema):
    """The groups that were chosen."""

    customer_group_ids: list[int]


@api.get("/group-posts/kit", summary="What a post in customer groups may consist of")
async def group_post_kit(actor: Actor) -> ContentKit:
    stores_of(actor, "campaigns.draft")
    return carrying.kit()


@api.post("/group-posts/trial", summary="What is wrong with words, and how a group would see them; keeps nothing")
async def try_group_post(actor: Actor, body: GroupPostWordsIn) -> TriedContent:
    stores_of(actor, "campaigns.draft")
    words = body.words.content()
    return await trying.tried_for(words, carrying.CARRIES, {}, carrying.problems(words))


@api.get("/group-posts/groups", summary="Customer groups to choose from, the newest first")
async def choosable_groups(actor: Actor, query: ChoosableGroupQuery) -> Page[ChoosableGroup]:
    rows = await choosing.choosable(
        actor,
        query.wished(),
        before_id=int(query.cursor) if query.cursor else None,
        limit=choosing.PAGE + 1,
    )
    items = rows[: choosing.PAGE]
    return Page[ChoosableGroup](items=items, next_cursor=str(items[-1].id) if len(rows) > choosing.PAGE else None)


@api.get("/group-posts/choice", summary="All customer groups that fit and can be sent to")
async def all_choosable_groups(actor: Actor, query: GroupWishQuery) -> GroupChoice:
    return await choosing.choice_of(actor, query.wished())


@api.post("/group-posts/audience", summary="What is to be expected of the chosen groups; keeps nothing")
async def group_post_audience(actor: Actor, body: ChosenGroupsIn) -> GroupAudience:
    return await choosing.audience(actor, body.customer_group_ids)


@api.get("/group-posts", summary="Posts in customer groups of the reader's stores, the newest first")
async def group_posts(actor: Actor, query: GroupPostListQuery) -> Page[GroupPostRow]:
    rows = await queries.of_reader(
        actor,
        state=query.state,
        search=query.q,
        before_id=int(query.cursor) if query.cursor else None,
        limit=queries.PAGE + 1,
    )
    items = rows[: queries.PAGE]
    return Page[GroupPostRow](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/group-posts/{group_post_id}", summary="A post with what came of it")
async def group_post(actor: Actor, group_post_id: int) -> GroupPostRow:
    return await queries.one(actor, group_post_id)


@api.get("/group-posts/{group_post_id}/targets", summary="Its groups, and what became of each")
async def group_post_targets(actor: Actor, group_post_id: int, query: GroupPostTargetQuery) -> Page[GroupPostTargetRow]:
    rows = await queries.targets_of(
        actor,
        group_post_id,
        state=query.state,
        after_id=int(query.cursor) if query.cursor else 0,
        limit=queries.PAGE + 1,
    )
    items = rows[: queries.PAGE]
    return Page[GroupPostTargetRow](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/group-posts/{group_post_id}/tasks", summary="Its owners, those first who have not confirmed it")
async def group_post_tasks(actor: Actor, group_post_id: int) -> list[GroupPostTaskRow]:
    return await queries.tasks_of(actor, group_post_id)


@api.get("/group-posts/{group_post_id}/chosen", summary="Its groups, to change the choice")
async def group_post_chosen(actor: Actor, group_post_id: int) -> GroupPostChosenOut:
    return GroupPostChosenOut(customer_group_ids=await queries.chosen_of(actor, group_post_id))


@api.get("/group-posts/{group_post_id}/audience", summary="What is to be expected if it were sent now")
async def group_post_expected(actor: Actor, group_post_id: int) -> GroupAudience:
    return await queries.expected_of(actor, group_post_id)


@api.post("/group-posts", status=201, summary="Write a post")
async def write_group_post(actor: Actor, body: GroupPostIn) -> GroupPostOut:
    made = await drafting.draft(actor, body.draft())
    return GroupPostOut(id=made.id, version=made.version)


@api.put("/group-posts/{group_post_id}", summary="Change a post; it needs a new approval")
async def edit_group_post(actor: Actor, group_post_id: int, body: GroupPostEditIn) -> GroupPostOut:
    changed = await drafting.edit(actor, group_post_id, body.draft(), expected_version=body.version)
    return GroupPostOut(id=changed.id, version=changed.version)


@api.post("/group-posts/{group_post_id}/submission", summary="Ask for approval of a post")
async def submit_group_post(actor: Actor, group_post_id: int, body: GroupPostSeenIn) -> GroupPostOut:
    changed = await drafting.submit(actor, group_post_id, expected_version=body.version)
    return GroupPostOut(id=changed.id, version=changed.version)


@api.post("/group-posts/{group_post_id}/cancellation", summary="End it: who has not confirmed it cannot any more")
async def cancel_group_post(actor: Actor, group_post_id: int, body: GroupPostSeenIn) -> GroupPostOut:
    changed = await drafting.cancel(actor, group_post_id, expected_version=body.version)
    return GroupPostOut(id=changed.id, version=changed.version)


@api.post("/group-posts/{group_post_id}/reminders", summary="Remind every owner who has not confirmed it")
async def remind_of_group_post(actor: Actor, group_post_id: int, body: GroupPostSeenIn) -> RemindedOwners:
    return await asking.remind(actor, group_post_id, expected_version=body.version)


@api.post("/group-posts/{group_post_id}/readings", summary="Have its results read at once")
async def read_group_post_now(actor: Actor, group_post_id: int, body: GroupPostSeenIn) -> TasksToRead:
    return await asking.read_now(actor, group_post_id, expected_version=body.version)


@api.get("/group-post-tasks/{group_post_task_id}", summary="What the reader, or somebody they lead, is to send")
async def own_group_post_task(actor: Actor, group_post_task_id: int) -> OwnGroupPostTask:
    return await queries.task(actor, group_post_task_id)
