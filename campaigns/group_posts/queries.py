"""Posts for screens: the list, one with its owners and groups, and an owner's own task."""

from datetime import datetime
from typing import Final

from campaigns.broadcasts.moving import author_may
from campaigns.contents.reading import words_of
from campaigns.contents.showing import ShownAttachment, shown
from campaigns.group_posts import choosing
from campaigns.group_posts.beginning import said
from campaigns.group_posts.choosing import WITH_OWNER, GroupAudience
from campaigns.group_posts.errors import GroupPostNotFound
from campaigns.group_posts.rules import OwnerTaskState, PostState, TargetState
from campaigns.own_words import Content
from campaigns.scope import as_list, as_stores, stores_of
from crm_core.approvals.rules import ApprovalKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from crm_core.dealerships.permissions import is_allowed, may_ever, subject
from foundation.reading import Query, derive, literals, read_model

PAGE: Final = 50


@read_model
class _Post:
    """A post, what it says, and what came of it so far."""

    id: int
    name: str
    state: PostState
    reason: str
    store_ids: list[int] | None
    words: Content
    starts_at: datetime
    started_at: datetime | None
    ends_at: datetime | None
    author: str
    author_id: int
    approver: str | None
    approval_id: int | None
    groups: int
    sent: int
    waiting: int
    failed: int
    owners: int
    confirmed: int
    version: int


@read_model
class GroupPostRow(_Post):
    """The same, with its attachments as people see them and, for a single one, whether the reader may hand it in."""

    attachments: list[ShownAttachment]
    may_submit: bool


@read_model
class GroupPostTargetRow:
    """A chosen group: who owns it, how many are in it now, and what became of it."""

    id: int
    customer_group_id: int
    name: str
    owner: str
    store: str
    customers: int
    known: int
    refusing: int
    state: TargetState
    reason: str
    sent_at: datetime | None


@read_model
class GroupPostTaskRow:
    """An owner's task; `store` is the short name of their store."""

    id: int
    staff_id: int
    staff: str
    store: str
    works_here: bool
    state: OwnerTaskState
    reason: str
    groups: int
    sent: int
    made_at: datetime | None
    confirmed_at: datetime | None
    reminders: int


@read_model
class _Task:
    id: int
    staff_id: int
    store_id: int | None
    staff: str
    store_short: str
    name: str
    author: str
    post_state: PostState
    state: OwnerTaskState
    confirmed_at: datetime | None
    ends_at: datetime | None
    groups: list[str]
    words: Content


@read_model
class OwnGroupPostTask(_Task):
    """A task for its owner or who leads them; `waits` until it is confirmed or stopped."""

    is_own: bool
    waits: bool
    attachments: list[ShownAttachment]


_TARGETS_OF: Final = "SELECT count(*) FROM group_post_target t WHERE t.group_post_id = p.id"
_POSTS: Final = f"""
SELECT p.id, p.name, p.state, p.reason, p.store_ids, {words_of("p.content_id")} AS words, p.starts_at, p.started_at,
  p.ends_at, u.name AS author, p.author_id, a.name AS approver, p.version,
  (SELECT q.id FROM approval q WHERE q.kind = {literals(ApprovalKind.CAMPAIGN)} AND q.about = 'group_post:' || p.id
     ORDER BY q.id DESC LIMIT 1) AS approval_id,
  ({_TARGETS_OF}) AS groups,
  ({_TARGETS_OF} AND t.state = {literals(TargetState.SENT)}) AS sent,
  ({_TARGETS_OF} AND t.state = {literals(TargetState.WAITING)}) AS waiting,
  ({_TARGETS_OF} AND t.state = {literals(TargetState.FAILED)}) AS failed,
  (SELECT count(*) FROM group_post_task k WHERE k.group_post_id = p.id) AS owners,
  (SELECT count(*) FROM group_post_task k WHERE k.group_post_id = p.id AND k.confirmed_at IS NOT NULL) AS confirmed
FROM group_post p JOIN staff u ON u.id = p.author_id LEFT JOIN staff a ON a.id = p.approved_by
WHERE ($1::jsonb IS NULL OR (p.store_ids IS NOT NULL AND p.store_ids <@ $1::jsonb))
"""
_LIST: Final = Query(
    _Post,
    f"{_POSTS} AND ($2::bigint IS NULL OR p.id < $2) AND ($3::text IS NULL OR p.state = $3) "
    "AND ($4::text IS NULL OR p.name ILIKE $4) ORDER BY p.id DESC LIMIT $5",
)
_ONE: Final = Query(_Post, f"{_POSTS} AND p.id = $2")
_TARGETS: Final = Query(
    GroupPostTargetRow,
    f"""
    SELECT e.id, e.customer_group_id, g.name, coalesce(o.name, s.name, '') AS owner,
      coalesce(t.short_name, '') AS store, g.customers, p.known, p.refusing, e.state, e.reason, e.sent_at
    FROM group_post_target e JOIN customer_group g ON g.id = e.customer_group_id
    LEFT JOIN group_post_task k ON k.id = e.group_post_task_id LEFT JOIN staff o ON o.id = k.staff_id {WITH_OWNER}
    WHERE e.group_post_id = $1 AND ($2::text IS NULL OR e.state = $2) AND e.id > $3 ORDER BY e.id LIMIT $4
    """,
)
_TASKS: Final = Query(
    GroupPostTaskRow,
    f"""
    SELECT k.id, k.staff_id, s.name AS staff, coalesce(t.short_name, '') AS store, s.is_active AS works_here, k.state,
      k.reason, k.made_at, k.confirmed_at, jsonb_array_length(k.reminded_at) AS reminders,
      (SELECT count(*) FROM group_post_target e WHERE e.group_post_task_id = k.id) AS groups,
      (SELECT count(*) FROM group_post_target e WHERE e.group_post_task_id = k.id
         AND e.state = {literals(TargetState.SENT)}) AS sent
    FROM group_post_task k JOIN staff s ON s.id = k.staff_id LEFT JOIN store t ON t.id = s.store_id
    WHERE k.group_post_id = $1 ORDER BY k.confirmed_at IS NOT NULL, s.name, k.id
    """,
)
_TASK: Final = Query(
    _Task,
    f"""
    SELECT k.id, k.staff_id, s.store_id, s.name AS staff, k.store_short, p.name, u.name AS author,
      p.state AS post_state, k.state, k.confirmed_at, p.ends_at, {words_of("p.content_id")} AS words,
      ARRAY(SELECT g.name FROM group_post_target e JOIN customer_group g ON g.id = e.customer_group_id
            WHERE e.group_post_task_id = k.id AND e.state <> {literals(TargetState.FAILED)} ORDER BY g.name, g.id)
        AS groups
    FROM group_post_task k JOIN group_post p ON p.id = k.group_post_id JOIN staff s ON s.id = k.staff_id
    JOIN staff u ON u.id = p.author_id WHERE k.id = $1
    """,
)
_IDS: Final = "SELECT customer_group_id FROM group_post_target WHERE group_post_id = $1 ORDER BY customer_group_id"


@read_model
class _Chosen:
    customer_group_id: int


_CHOSEN: Final = Query(_Chosen, _IDS)


async def of_reader(
    actor: Actor,
    *,
    state: PostState | None = None,
    search: str = "",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[GroupPostRow]:
    """Posts of the reader's stores, the newest first; `search` is part of their name.

    Raises:
        NotAllowed.
    """
    named = pattern(search) if search.strip() else None
    rows = await _LIST.all(_scope(actor), before_id, None if state is None else state.value, named, limit)
    return [_shown(row, may_submit=False) for row in rows]


async def one(actor: Actor, group_post_id: int) -> GroupPostRow:
    """One of them.

    Raises:
        GroupPostNotFound, NotAllowed.
    """
    post = await _ONE.first(_scope(actor), group_post_id)
    if post is None:
        raise GroupPostNotFound
    may_submit = (
        post.state is PostState.DRAFT
        and may_ever(actor, "campaigns.draft")
        and (post.author_id == actor.id or not await author_may(post.author_id, post.store_ids))
    )
    return _shown(post, may_submit=may_submit)


async def targets_of(
    actor: Actor, group_post_id: int, *, state: TargetState | None = None, after_id: int = 0, limit: int = PAGE
) -> list[GroupPostTargetRow]:
    """Its groups.

    Raises:
        GroupPostNotFound, NotAllowed.
    """
    await one(actor, group_post_id)
    return await _TARGETS.all(group_post_id, None if state is None else state.value, after_id, limit)


async def tasks_of(actor: Actor, group_post_id: int) -> list[GroupPostTaskRow]:
    """Its owners, those first who have not confirmed it.

    Raises:
        GroupPostNotFound, NotAllowed.
    """
    await one(actor, group_post_id)
    return await _TASKS.all(group_post_id)


async def chosen_of(actor: Actor, group_post_id: int) -> list[int]:
    """Its groups, to change the choice.

    Raises:
        GroupPostNotFound, NotAllowed.
    """
    await one(actor, group_post_id)
    return [row.customer_group_id for row in await _CHOSEN.all(group_post_id)]


async def expected_of(actor: Actor, group_post_id: int) -> GroupAudience:
    """What is to be expected if it were sent now.

    Raises:
        GroupPostNotFound, NotAllowed.
    """
    post = await one(actor, group_post_id)
    groups = await choosing.named(await chosen_of(actor, group_post_id))
    return await choosing.expected(groups, as_stores(post.store_ids))


async def task(actor: Actor, group_post_task_id: int) -> OwnGroupPostTask:
    """A task of the actor, or of somebody they lead.

    Raises:
        GroupPostNotFound: there is none, or it belongs to neither.
    """
    found = await _TASK.first(group_post_task_id) if actor.kind == "staff" else None
    if found is None or not (found.staff_id == actor.id or _oversees(actor, found.store_id)):
        raise GroupPostNotFound
    words = said(found.words, found.store_short)
    return derive(
        OwnGroupPostTask,
        found,
        words=words,
        is_own=found.staff_id == actor.id,
        waits=found.state is OwnerTaskState.MADE
        and found.confirmed_at is None
        and found.post_state is PostState.RUNNING,
        attachments=shown(words.attachments),
    )


def _oversees(actor: Actor, store_id: int | None) -> bool:
    return is_allowed(actor, "send_tasks.oversee", subject(store_id=store_id))


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "campaigns.read"))
    return None if stores is None else str(stores)


def _shown(row: _Post, *, may_submit: bool) -> GroupPostRow:
    return derive(GroupPostRow, row, attachments=shown(row.words.attachments), may_submit=may_submit)
