"""A salesperson's tasks in 群发助手: which wait, how one is sent, where it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from campaigns.broadcasts.errors import BatchNotFound
from campaigns.broadcasts.models import BatchState, RecipientState
from campaigns.broadcasts.notices import content_for
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import is_allowed, subject
from crm_core.messaging.mass_messages import preview_text
from foundation import database
from foundation.reading import literals

_WAITS: Final = f"b.state = '{BatchState.CREATED}' AND b.confirmed_at IS NULL AND b.cancelled_at IS NULL"
_ROW: Final = f"""
SELECT b.id, b.staff_id, s.name AS staff, s.store_id,
  c.name AS campaign, c.content, c.template, c.ends_at AS confirm_by, u.name AS author, b.customers, b.state,
  b.tasked_at, b.confirmed_at, b.declined_at, b.cancelled_at, coalesce(t.short_name, '') AS store_short,
  {_WAITS} AS waits,
  (SELECT count(*) FROM broadcast_recipient r WHERE r.broadcast_id = b.broadcast_id AND r.staff_id = b.staff_id
     AND r.batch_number = b.number AND r.state = {literals(RecipientState.SENT)}) AS sent
FROM send_batch b JOIN broadcast c ON c.id = b.broadcast_id JOIN staff u ON u.id = c.author_id
JOIN staff s ON s.id = b.staff_id LEFT JOIN store t ON t.id = s.store_id
WHERE
"""


@dataclass(frozen=True)
class OwnTask:
    """A task as its salesperson sees it; `waits` until they confirm it in WeCom or it is taken back."""

    id: int
    staff: str
    is_own: bool
    """Whether the reader is the one who sends it; who leads them sees where it stands."""
    campaign: str
    author: str
    message_text: str
    card_title: str
    customers: int
    sent: int
    state: str
    waits: bool
    confirm_by: datetime | None
    tasked_at: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    cancelled_at: datetime | None


async def waiting(actor: Actor) -> list[OwnTask]:
    """What the actor has still to confirm, the most urgent first."""
    rows = await database.fetch(
        f"{_ROW} b.staff_id = $1 AND {_WAITS} ORDER BY c.ends_at NULLS LAST, b.id LIMIT 50", actor.id
    )
    return [_read(actor, row) for row in rows]


async def one(actor: Actor, task_id: int) -> OwnTask:
    """One task of the actor's, or of somebody they lead, whatever became of it.

    Raises:
        BatchNotFound: there is none, or it is none of the actor's business.
    """
    row = await database.fetch_one(f"{_ROW} b.id = $1", task_id) if actor.kind == "staff" else None
    if row is None or not (row["staff_id"] == actor.id or _oversees(actor, row["store_id"])):
        raise BatchNotFound
    return _read(actor, row)


def _oversees(actor: Actor, store_id: int | None) -> bool:
    return is_allowed(actor, "send_tasks.oversee", subject(store_id=store_id))


def _read(actor: Actor, row: dict[str, Any]) -> OwnTask:
    message = preview_text(row.pop("template"), content_for(row), token="0")
    del row["content"], row["store_short"], row["store_id"]
    return OwnTask(
        is_own=row.pop("staff_id") == actor.id,
        **row,
        message_text=message["text"]["content"],
        card_title=message["attachments"][0]["miniprogram"]["title"],
    )
