"""Broadcasts for screens: the list, and a single one. See also `forecast` (before the start), `progress` (while it
runs) and `results` (afterwards).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from campaigns.broadcasts import ways
from campaigns.broadcasts.errors import BroadcastNotFound
from campaigns.broadcasts.moving import author_may
from campaigns.broadcasts.notices import facts_of
from campaigns.broadcasts.rules import BroadcastState
from campaigns.contents.reading import said, words_of
from campaigns.contents.showing import ShownAttachment, shown
from campaigns.mass_channels import AnyChannel, channel_of
from campaigns.own_words import Content
from campaigns.scope import as_list, stores_of
from campaigns.segments.choices import names_for
from campaigns.segments.conditions.base import NO_NAMES, Names
from campaigns.segments.definition import parse, reading
from crm_core.approvals.rules import ApprovalKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from crm_core.dealerships.permissions import may_ever
from crm_core.wording.facts import KeptFact
from foundation.reading import Query, derive, literals, read_model

PAGE: Final = 50


@read_model
class _Broadcast:
    """A broadcast and its state; sums in fen."""

    id: int
    name: str
    state: BroadcastState
    segment_id: int | None
    segment_name: str
    store_ids: list[int] | None
    coupon_template_id: int | None
    control_percent: int
    budget_fen: int
    channel: str
    starts_at: datetime | None
    ends_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    pause_reason: str
    author: str
    author_id: int
    approver: str | None
    approval_id: int | None
    created_at: datetime
    synced_at: datetime | None
    version: int


@read_model
class KeptBroadcast(_Broadcast):
    """A broadcast with its definition and the facts of its message."""

    definition: dict[str, object]
    template: str
    content: dict[str, KeptFact]
    words: Content | None
    words_b: Content | None


@read_model
class ShownVersion:
    """Version B of a message: as it is typed, and as people see it; `not_ready` is why the platform does not take it
    yet.
    """

    words: Content
    message_text: str
    attachments: list[ShownAttachment]
    not_ready: str


@read_model
class ShownWay:
    """A further channel of a broadcast and what it says, as people see it and with its variables; `not_ready` is why
    the platform does not take the words yet.
    """

    channel: str
    label: str
    after_days: int
    words: Content
    message_text: str
    attachments: list[ShownAttachment]
    not_ready: str


@read_model
class BroadcastRow(_Broadcast):
    """A broadcast with the sentence of its segment and its message as customers get it; sums in fen.

    `words` are as they are typed, with their variables; `message_text` and `attachments` are what people see. `is_own`
    says whether the marketer wrote all the words, and then `season_line` is empty. Only when a single broadcast is read
    are filled: `may_submit`, whether the reader may ask for approval; `version_b`, what half of the people get instead;
    `ways`, the further channels; and `not_ready`, why the platform does not take the words yet.
    """

    reading: str
    season_line: str
    is_own: bool
    words: Content
    coupon: str | None
    message_text: str
    card_title: str
    attachments: list[ShownAttachment]
    may_submit: bool
    version_b: ShownVersion | None
    ways: list[ShownWay]
    not_ready: str


_BROADCAST: Final = f"""
SELECT c.id, c.name, c.state, c.segment_id, c.segment_name, c.store_ids, c.coupon_template_id, c.control_percent,
       c.budget_fen, c.starts_at, c.ends_at, c.started_at, c.finished_at, c.pause_reason, u.name AS author, c.author_id,
       a.name AS approver, c.created_at, c.synced_at, c.version, c.definition, c.channel, c.template, c.content,
       {words_of("c.content_id")} AS words, {words_of("c.content_b_id")} AS words_b,
       (SELECT p.id FROM approval p WHERE p.kind = {literals(ApprovalKind.CAMPAIGN)}
          AND p.about = 'broadcast:' || c.id ORDER BY p.id DESC LIMIT 1) AS approval_id
FROM broadcast c JOIN staff u ON u.id = c.author_id LEFT JOIN staff a ON a.id = c.approved_by
WHERE ($1::jsonb IS NULL OR (c.store_ids IS NOT NULL AND c.store_ids <@ $1::jsonb))
"""
_LIST: Final = Query(
    KeptBroadcast,
    f"{_BROADCAST} AND ($2::bigint IS NULL OR c.id < $2) AND ($4::text IS NULL OR c.state = $4) "
    "AND ($5::text IS NULL OR c.name ILIKE $5 OR c.segment_name ILIKE $5) ORDER BY c.id DESC LIMIT $3",
)
_ONE: Final = Query(KeptBroadcast, f"{_BROADCAST} AND c.id = $2")


async def of_reader(
    actor: Actor,
    *,
    state: BroadcastState | None = None,
    search: str = "",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[BroadcastRow]:
    """Broadcasts of the actor's stores, the newest first; `search` is part of their name or their segment's."""
    named = pattern(search) if search.strip() else None
    found = await _LIST.all(scope_of(actor), before_id, limit, state, named)
    names = await _names(actor, found)
    return [_shown(kept, names) for kept in found]


async def kept(actor: Actor, broadcast_id: int) -> KeptBroadcast:
    """One broadcast as it is stored.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    found = await _ONE.first(scope_of(actor), broadcast_id)
    if found is None:
        raise BroadcastNotFound
    return found


async def one(actor: Actor, broadcast_id: int) -> BroadcastRow:
    """One broadcast with the sentence of its segment and its message as customers get it.

    Raises:
        BroadcastNotFound: there is none, or it is outside the actor's stores.
    """
    found = await kept(actor, broadcast_id)
    row = _shown(found, await _names(actor, [found]))
    not_ready = await _not_ready(channel_of(found.channel), row.words)
    return replace(
        row,
        may_submit=await _may_submit(actor, found),
        version_b=await _version_b(found),
        ways=await _ways(found),
        not_ready=not_ready,
    )


async def _names(actor: Actor, found: Sequence[KeptBroadcast]) -> Names:
    """The names of what their definitions ask about; whoever may not read segments reads without them."""
    if not may_ever(actor, "segments.read"):
        return NO_NAMES
    return await names_for(actor, [parse(kept.definition) for kept in found])


async def _may_submit(actor: Actor, broadcast: KeptBroadcast) -> bool:
    """Whether a draft is the actor's, or they may take it over because its author left."""
    if broadcast.state is not BroadcastState.DRAFT or not may_ever(actor, "campaigns.draft"):
        return False
    return broadcast.author_id == actor.id or not await author_may(broadcast.author_id, broadcast.store_ids)


def scope_of(actor: Actor) -> str | None:
    """The stores whose broadcasts the actor may read, as the statements take them; None is the whole group."""
    stores = as_list(stores_of(actor, "campaigns.read"))
    return None if stores is None else str(stores)


def _shown(kept: KeptBroadcast, names: Names) -> BroadcastRow:
    channel = channel_of(kept.channel)
    content = said(kept.words, kept.template, channel, kept.content)
    message = channel.preview(content, facts_of(kept.content, "您的门店"))
    return derive(
        BroadcastRow,
        kept,
        reading=reading(parse(kept.definition), names),
        season_line=kept.content.get("season_line", ""),
        is_own=not kept.template,
        words=content,
        coupon=kept.content.get("coupon"),
        message_text=message.text,
        card_title=message.card_title,
        attachments=shown(message.attachments),
        may_submit=False,
        version_b=None,
        ways=[],
        not_ready="",
    )


async def _version_b(kept: KeptBroadcast) -> ShownVersion | None:
    if kept.words_b is None:
        return None
    channel = channel_of(kept.channel)
    message = channel.preview(kept.words_b, facts_of(kept.content, "您的门店"))
    return ShownVersion(
        words=kept.words_b,
        message_text=message.text,
        attachments=shown(message.attachments),
        not_ready=await _not_ready(channel, kept.words_b),
    )


async def _ways(kept: KeptBroadcast) -> list[ShownWay]:
    shown_ways = []
    for way in (await ways.of(kept.id))[1:]:
        channel = channel_of(way.channel)
        content = said(way.words, kept.template, channel, kept.content)
        message = channel.preview(content, facts_of(kept.content, "您的门店"))
        shown_ways.append(
            ShownWay(
                channel=way.channel,
                label=channel.label,
                after_days=way.after_days,
                words=content,
                message_text=message.text,
                attachments=shown(message.attachments),
                not_ready=await _not_ready(channel, content),
            )
        )
    return shown_ways


async def _not_ready(channel: AnyChannel, content: Content) -> str:
    why = await channel.not_ready(content)
    return "" if why is None else why.sentence
