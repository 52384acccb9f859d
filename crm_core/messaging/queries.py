"""Reading messages: an owner's notices in the mini program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.messaging.models import MessageState
from crm_core.messaging.worded import worded_for
from crm_core.wording.about import About
from crm_core.wording.catalogue import ChannelFile, catalogue
from crm_core.wording.facts import KeptFact
from crm_core.wording.rendering import SubscribeContent, render_subscribe
from foundation.reading import Query, literals, read_model

S = MessageState

PAGE = 30
LARGEST_PAGE = 100


@dataclass(frozen=True)
class Notice:
    """A message as the owner reads it in the mini program, whether or not it also reached them as a WeChat notice."""

    id: int
    at: datetime
    title: str
    lines: list[tuple[str, str]]
    page: str
    was_pushed: bool


@read_model
class _Said:
    """A message's row, as far as a notice shows it."""

    id: int
    template: str
    variant: str
    facts: dict[str, KeptFact]
    about: str
    state: MessageState
    created_at: datetime


_NOTICES: Final = Query(
    _Said,
    "SELECT id, template, variant, facts, about, state, created_at FROM message "
    f"WHERE customer_id = $1 AND template = ANY($2) AND state <> {literals(MessageState.STALE)} "
    "AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
)


async def notices(customer_id: int, *, before_id: int | None = None, limit: int = PAGE) -> list[Notice]:
    """An owner's notices, the newest first. The caller must have checked that they may be read."""
    names = [message.name for message in catalogue() if ChannelFile.SUBSCRIBE in message.channels]
    rows = await _NOTICES.all(customer_id, names, before_id, max(1, min(limit, LARGEST_PAGE)))
    return [await _notice(row, customer_id) for row in rows]


async def _notice(row: _Said, customer_id: int) -> Notice:
    about = About.parse(row.about)
    content: SubscribeContent = render_subscribe(
        await worded_for(row.template, about, customer_id=customer_id, moment=row.created_at),
        row.facts,
        about=about,
        variant=row.variant or None,
        now=row.created_at,
    )
    return Notice(
        id=row.id,
        at=row.created_at,
        title=content.title,
        lines=[(field.label, field.value) for field in content.fields],
        page=content.page,
        was_pushed=row.state is MessageState.SENT,
    )
