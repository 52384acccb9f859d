"""A send task with its broadcast and its sender, as the modules read it that make, read back and stop tasks; and how
SQL finds the people of one.
"""

from datetime import datetime, timedelta
from typing import Final

from campaigns.broadcasts.models import SendTaskState
from campaigns.broadcasts.rules import BroadcastState
from campaigns.contents.reading import words_of
from campaigns.mass_channels import channel_of
from campaigns.own_words import Content
from crm_core.wording.facts import KeptFact
from foundation import database
from foundation.reading import Query, read_model


@read_model
class TaskInHand:
    """A task, with what is needed of its broadcast. Without a member, `userid` is null and their name empty."""

    id: int
    broadcast_id: int
    staff_id: int | None
    way: int
    is_b: bool
    number: int
    token: str
    customers: int
    state: SendTaskState
    message_id: str
    leased_at: datetime | None
    leased_for: timedelta | None
    """How long ago it was leased, by the real clock."""
    asked_at: datetime | None
    stopping_at: datetime | None
    not_before: datetime | None
    """When its people's own quiet hours are over."""
    confirmed_at: datetime | None
    broadcast_state: BroadcastState
    broadcast_name: str
    stopped_at: datetime | None
    """When a stop line paused the broadcast."""
    started_at: datetime | None
    """When the broadcast began."""
    channel: str
    template: str
    content: dict[str, KeptFact]
    words: Content | None
    ends_at: datetime | None
    author: str
    userid: str | None
    staff_name: str
    store_short: str
    """The short name of the sender's store; empty if they have none."""

    @property
    def is_final(self) -> bool:
        """Whether nothing can be stopped that its channel was asked for."""
        return channel_of(self.channel).is_final


OF_TASK: Final = "r.broadcast_id = $1 AND (r.staff_id = $2 OR r.staff_id IS NULL AND $2 IS NULL) AND r.task_number = $3"
"""SQL for the people `r` of one task by `key_of` it, with or without a member; an index serves both."""
ITS_TASK: Final = (
    "b.broadcast_id = r.broadcast_id AND coalesce(b.staff_id, 0) = coalesce(r.staff_id, 0) AND b.number = r.task_number"
)
"""SQL that joins the people `r` of many tasks `b` with them."""

ITS_WAY: Final = "LEFT JOIN broadcast_way y ON y.broadcast_id = b.broadcast_id AND y.number = b.way"
"""SQL that joins a task `b` with its way `y` unless that is the first; `CHANNEL` and `SAID` choose between them."""
CHANNEL: Final = "coalesce(y.channel, c.channel)"
"""SQL for the channel of a task of the broadcast `c`."""
SAID: Final = words_of("coalesce(y.content_id, CASE WHEN b.is_b THEN c.content_b_id ELSE c.content_id END)")
"""SQL for what a task says."""

_TASK: Final = f"""
SELECT b.id, b.broadcast_id, b.staff_id, b.way, b.is_b, b.number, b.token, b.customers, b.state, b.message_id,
  b.leased_at, clock_timestamp() - b.leased_at AS leased_for, b.asked_at, b.stopping_at, b.not_before, b.confirmed_at,
  c.state AS broadcast_state, c.name AS broadcast_name, c.stopped_at, c.started_at, {CHANNEL} AS channel, c.template,
  c.content, {SAID} AS words, c.ends_at, u.name AS author, s.userid,
  coalesce(s.name, '') AS staff_name, coalesce(t.short_name, '') AS store_short
FROM send_task b JOIN broadcast c ON c.id = b.broadcast_id {ITS_WAY} JOIN staff u ON u.id = c.author_id
LEFT JOIN staff s ON s.id = b.staff_id LEFT JOIN store t ON t.id = s.store_id WHERE b.id = $1
"""
_FOUND: Final = Query(TaskInHand, _TASK)
_LOCKED: Final = Query(TaskInHand, f"{_TASK} FOR UPDATE OF b")


def key_of(send_task: TaskInHand) -> tuple[int, int | None, int]:
    """By what the people of a task are found."""
    return send_task.broadcast_id, send_task.staff_id, send_task.number


async def found(send_task_id: int) -> TaskInHand | None:
    """The send task as it is now; None when there is none."""
    return await _FOUND.first(send_task_id)


async def locked(send_task_id: int) -> TaskInHand:
    """The send task, locked until the transaction ends. Its broadcast is locked first, in the order in which ending a
    broadcast takes its locks, so that neither can block the other for ever.
    """
    await database.fetch(
        "SELECT c.id FROM broadcast c JOIN send_task b ON b.broadcast_id = c.id WHERE b.id = $1 FOR SHARE OF c",
        send_task_id,
    )
    task = await _LOCKED.first(send_task_id)
    assert task is not None
    return task
