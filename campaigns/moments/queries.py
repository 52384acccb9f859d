"""Moments for screens: the list, one with its members, who reacted, and a member's own part."""

from datetime import datetime
from typing import Final

from campaigns.broadcasts.moving import author_may
from campaigns.contents.reading import words_of
from campaigns.contents.showing import ShownAttachment, shown
from campaigns.moments import audience
from campaigns.moments.audience import Audience, Tag
from campaigns.moments.errors import MomentNotFound
from campaigns.moments.rules import MomentState, PartState, ReactionKind
from campaigns.own_words import Content
from campaigns.scope import as_list, stores_of
from crm_core.approvals.rules import ApprovalKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from crm_core.dealerships.permissions import is_allowed, may_ever, subject
from foundation.reading import Query, derive, literals, read_model

PAGE: Final = 50
REACTIONS: Final = 300


@read_model
class _Moment:
    """A Moment, what it says, and what came of it so far; `tags` are the names of the tags whose customers see it."""

    id: int
    name: str
    state: MomentState
    reason: str
    store_ids: list[int] | None
    tags: dict[str, str]
    words: Content
    starts_at: datetime
    started_at: datetime | None
    ends_at: datetime | None
    read_at: datetime | None
    author: str
    author_id: int
    approver: str | None
    approval_id: int | None
    members: int
    published: int
    seen_by: int
    likes: int
    comments: int
    version: int


@read_model
class MomentRow(_Moment):
    """The same, with its attachments as people see them and, for a single one, whether the reader may hand it in."""

    attachments: list[ShownAttachment]
    may_submit: bool


@read_model
class MomentPartRow:
    """A member's part; `store` is the short name of theirs."""

    id: int
    staff_id: int
    staff: str
    store: str
    works_here: bool
    state: PartState
    published_at: datetime | None
    chosen: int
    seen_by: int
    likes: int
    comments: int
    reminders: int


@read_model
class MomentReactionRow:
    """What a customer did below what a member published; the name is masked by the door."""

    id: int
    customer_id: int
    customer: str
    staff: str
    kind: ReactionKind
    at: datetime


@read_model
class _Part:
    id: int
    staff_id: int
    store_id: int | None
    staff: str
    name: str
    author: str
    moment_state: MomentState
    state: PartState
    published_at: datetime | None
    ends_at: datetime | None
    words: Content


@read_model
class OwnMomentPart(_Part):
    """A member's part for themselves or who leads them; `waits` until it is published or stopped."""

    is_own: bool
    waits: bool
    attachments: list[ShownAttachment]


_SUMS: Final = ", ".join(
    f"(SELECT coalesce(sum(p.{name}), 0) FROM moment_part p WHERE p.moment_id = m.id)::int AS {name}"
    for name in ("seen_by", "likes", "comments")
)
_MOMENTS: Final = f"""
SELECT m.id, m.name, m.state, m.reason, m.store_ids, m.tags, {words_of("m.content_id")} AS words, m.starts_at,
  m.started_at, m.ends_at, m.read_at, u.name AS author, m.author_id, a.name AS approver, m.version, {_SUMS},
  (SELECT p.id FROM approval p WHERE p.kind = {literals(ApprovalKind.CAMPAIGN)} AND p.about = 'moment:' || m.id
     ORDER BY p.id DESC LIMIT 1) AS approval_id,
  (SELECT count(*) FROM moment_part p WHERE p.moment_id = m.id
     AND p.state <> {literals(PartState.UNABLE)}) AS members,
  (SELECT count(*) FROM moment_part p WHERE p.moment_id = m.id
     AND p.state = {literals(PartState.PUBLISHED)}) AS published
FROM moment m JOIN staff u ON u.id = m.author_id LEFT JOIN staff a ON a.id = m.approved_by
WHERE ($1::jsonb IS NULL OR (m.store_ids IS NOT NULL AND m.store_ids <@ $1::jsonb))
"""
_LIST: Final = Query(
    _Moment,
    f"{_MOMENTS} AND ($2::bigint IS NULL OR m.id < $2) AND ($3::text IS NULL OR m.state = $3) "
    "AND ($4::text IS NULL OR m.name ILIKE $4) ORDER BY m.id DESC LIMIT $5",
)
_ONE: Final = Query(_Moment, f"{_MOMENTS} AND m.id = $2")
_PARTS: Final = Query(
    MomentPartRow,
    f"""
    SELECT p.id, p.staff_id, s.name AS staff, coalesce(t.short_name, '') AS store, s.is_active AS works_here, p.state,
      p.published_at, p.chosen, p.seen_by, p.likes, p.comments, jsonb_array_length(p.reminded_at) AS reminders
    FROM moment_part p JOIN staff s ON s.id = p.staff_id LEFT JOIN store t ON t.id = s.store_id
    WHERE p.moment_id = $1 ORDER BY p.state <> {literals(PartState.WAITING)}, p.seen_by DESC, s.name, p.id
    """,
)
_REACTIONS: Final = Query(
    MomentReactionRow,
    f"""
    SELECT r.id, r.customer_id, c.name AS customer, s.name AS staff, r.kind, r.at
    FROM moment_reaction r JOIN moment_part p ON p.id = r.moment_part_id JOIN staff s ON s.id = p.staff_id
    JOIN customer c ON c.id = r.customer_id WHERE p.moment_id = $1 ORDER BY r.at DESC, r.id DESC LIMIT {REACTIONS}
    """,
)
_PART: Final = Query(
    _Part,
    f"""
    SELECT p.id, p.staff_id, s.store_id, s.name AS staff, m.name, u.name AS author, m.state AS moment_state, p.state,
      p.published_at, m.ends_at, {words_of("m.content_id")} AS words
    FROM moment_part p JOIN moment m ON m.id = p.moment_id JOIN staff s ON s.id = p.staff_id
    JOIN staff u ON u.id = m.author_id WHERE p.id = $1
    """,
)


async def of_reader(
    actor: Actor,
    *,
    state: MomentState | None = None,
    search: str = "",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[MomentRow]:
    """Moments of the reader's stores, the newest first; `search` is part of their name.

    Raises:
        NotAllowed.
    """
    named = pattern(search) if search.strip() else None
    rows = await _LIST.all(_scope(actor), before_id, None if state is None else state.value, named, limit)
    return [_shown(row, may_submit=False) for row in rows]


async def one(actor: Actor, moment_id: int) -> MomentRow:
    """One of them.

    Raises:
        MomentNotFound, NotAllowed.
    """
    moment = await _ONE.first(_scope(actor), moment_id)
    if moment is None:
        raise MomentNotFound
    may_submit = (
        moment.state is MomentState.DRAFT
        and may_ever(actor, "campaigns.draft")
        and (moment.author_id == actor.id or not await author_may(moment.author_id, moment.store_ids))
    )
    return _shown(moment, may_submit=may_submit)


async def parts_of(actor: Actor, moment_id: int) -> list[MomentPartRow]:
    """Its members, those first who have not published it.

    Raises:
        MomentNotFound, NotAllowed.
    """
    await one(actor, moment_id)
    return await _PARTS.all(moment_id)


async def reactions_of(actor: Actor, moment_id: int) -> list[MomentReactionRow]:
    """The last likes and comments of customers we know, the newest first.

    Raises:
        MomentNotFound, NotAllowed.
    """
    await one(actor, moment_id)
    return await _REACTIONS.all(moment_id)


async def expected(actor: Actor, store_ids: list[int] | None, tag_ids: list[str]) -> Audience:
    """Who would publish and see a Moment of these stores.

    Raises:
        MomentNotFound, NotAllowed.
    """
    return await audience.of(audience.wanted(actor, store_ids), tag_ids)


async def tags_of_reader(actor: Actor) -> list[Tag]:
    """The tags that customers of the stores have for which the reader may write.

    Raises:
        NotAllowed.
    """
    return await audience.tags_of(stores_of(actor, "campaigns.draft"))


async def part(actor: Actor, moment_part_id: int) -> OwnMomentPart:
    """A part of the actor, or of somebody they lead.

    Raises:
        MomentNotFound: there is none, or it belongs to neither.
    """
    found = await _PART.first(moment_part_id) if actor.kind == "staff" else None
    if found is None or not (found.staff_id == actor.id or _oversees(actor, found.store_id)):
        raise MomentNotFound
    return derive(
        OwnMomentPart,
        found,
        is_own=found.staff_id == actor.id,
        waits=found.state is PartState.WAITING and found.moment_state is MomentState.RUNNING,
        attachments=shown(found.words.attachments),
    )


def _oversees(actor: Actor, store_id: int | None) -> bool:
    return is_allowed(actor, "send_tasks.oversee", subject(store_id=store_id))


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "campaigns.read"))
    return None if stores is None else str(stores)


def _shown(row: _Moment, *, may_submit: bool) -> MomentRow:
    return derive(MomentRow, row, attachments=shown(row.words.attachments), may_submit=may_submit)
