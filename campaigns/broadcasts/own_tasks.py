"""A salesperson's tasks in 群发助手 for screens: which ones wait, what they say, and their state."""

from datetime import datetime
from typing import Final

from campaigns.broadcasts.errors import SendTaskNotFound
from campaigns.broadcasts.models import RecipientState, SendTaskState
from campaigns.broadcasts.notices import facts_of
from campaigns.broadcasts.rows import CHANNEL, ITS_WAY, SAID
from campaigns.contents.reading import said
from campaigns.contents.showing import ShownAttachment, shown
from campaigns.mass_channels import channel_of
from campaigns.own_words import Content
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import is_allowed, subject
from crm_core.wording.facts import KeptFact
from foundation.reading import Query, derive, literals, read_model

_WAITS: Final = f"b.state = {literals(SendTaskState.CREATED)} AND b.confirmed_at IS NULL AND b.cancelled_at IS NULL"


@read_model
class _Task:
    """The state of a task in 群发助手; `waits` is true until it is confirmed in WeCom or taken back."""

    id: int
    staff: str
    campaign: str
    author: str
    customers: int
    sent: int
    state: SendTaskState
    waits: bool
    confirm_by: datetime | None
    tasked_at: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    cancelled_at: datetime | None


@read_model
class _TaskWithContent(_Task):
    """A task with the facts of its message, and the columns from which follows who may see it."""

    staff_id: int
    store_id: int | None
    store_short: str
    channel: str
    template: str
    content: dict[str, KeptFact]
    words: Content | None


@read_model
class OwnTask(_Task):
    """A task: its message, the number of people, and its state. If not `is_own`, it belongs to a member whom the reader
    leads.
    """

    is_own: bool
    message_text: str
    attachments: list[ShownAttachment]


_TASK: Final = f"""
SELECT b.id, b.staff_id, s.name AS staff, s.store_id,
  c.name AS campaign, c.content, {CHANNEL} AS channel, c.template,
  {SAID} AS words, c.ends_at AS confirm_by, u.name AS author, b.customers, b.state,
  b.tasked_at, b.confirmed_at, b.declined_at, b.cancelled_at, coalesce(t.short_name, '') AS store_short,
  {_WAITS} AS waits,
  (SELECT count(*) FROM broadcast_recipient r WHERE r.broadcast_id = b.broadcast_id AND r.staff_id = b.staff_id
     AND r.task_number = b.number AND r.state = {literals(RecipientState.SENT)}) AS sent
FROM send_task b JOIN broadcast c ON c.id = b.broadcast_id {ITS_WAY} JOIN staff u ON u.id = c.author_id
JOIN staff s ON s.id = b.staff_id LEFT JOIN store t ON t.id = s.store_id
"""
_ONE: Final = Query(_TaskWithContent, f"{_TASK} WHERE b.id = $1")
_WAITING: Final = Query(
    _TaskWithContent, f"{_TASK} WHERE b.staff_id = $1 AND {_WAITS} ORDER BY c.ends_at NULLS LAST, b.id LIMIT 50"
)


async def waiting(actor: Actor) -> list[OwnTask]:
    """The tasks that the actor still has to confirm, the most urgent first."""
    return [_seen_by(actor, task) for task in await _WAITING.all(actor.id)]


async def one(actor: Actor, task_id: int) -> OwnTask:
    """One task of the actor or of somebody they lead, in any state.

    Raises:
        SendTaskNotFound: there is none, or it belongs to neither.
    """
    task = await _ONE.first(task_id) if actor.kind == "staff" else None
    if task is None or not (task.staff_id == actor.id or _oversees(actor, task.store_id)):
        raise SendTaskNotFound
    return _seen_by(actor, task)


def _oversees(actor: Actor, store_id: int | None) -> bool:
    return is_allowed(actor, "send_tasks.oversee", subject(store_id=store_id))


def _seen_by(actor: Actor, task: _TaskWithContent) -> OwnTask:
    channel = channel_of(task.channel)
    content = said(task.words, task.template, channel, task.content)
    message = channel.preview(content, facts_of(task.content, task.store_short))
    return derive(
        OwnTask,
        task,
        is_own=task.staff_id == actor.id,
        message_text=message.text,
        attachments=shown(message.attachments),
    )
