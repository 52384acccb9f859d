"""Everything that happened to a customer, the newest first, read from the events of all packages."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_sums
from crm_core.dealerships.permissions import authorise, field_mask
from foundation.reading import Query, read_model

PAGE = 30
LARGEST_PAGE = 100


class Kind(StrEnum):
    """The kinds of events by which a reader may filter."""

    VISIT = "visit"
    MESSAGE = "message"
    COUPON = "coupon"
    FOLLOW_UP = "follow_up"
    RECORD = "record"


_PREFIXES = {
    Kind.VISIT: ("appointment.", "repair_order.", "additional_work.", "bill.", "hand_over.", "visit.", "survey."),
    Kind.MESSAGE: ("message.",),
    Kind.COUPON: ("coupon.",),
    Kind.FOLLOW_UP: ("follow_up.", "task.", "friend."),
    Kind.RECORD: ("customer.", "identity.", "consent.", "vehicle.", "binding."),
}
"""The prefixes of event names for each kind; without a filter all events are shown, including those of no kind."""


@read_model
class TimelineEntry:
    """One fact. `who` is a colleague, 客户 or 系统; `subject` the thing it is about (`repair_order:12`)."""

    id: int
    at: datetime
    name: str
    sentence: str
    who: str
    subject: str


@read_model
class TimelinePage:
    """A page; `next_cursor` is null on the last one."""

    items: list[TimelineEntry]
    next_cursor: str | None


_ENTRIES: Final = Query(
    TimelineEntry,
    """
    WITH RECURSIVE person AS (
        SELECT $1::bigint AS id UNION SELECT c.id FROM customer c JOIN person p ON c.merged_into_id = p.id)
    SELECT e.id, e.at, e.name, e.sentence, e.subject,
           coalesce(s.name, CASE split_part(e.actor, ':', 1) WHEN 'owner' THEN '客户' WHEN 'system' THEN '系统' END, '')
             AS who
    FROM event e LEFT JOIN staff s ON e.actor = 'staff:' || s.id
    WHERE e.customer_id = ANY(ARRAY(SELECT id FROM person)) AND ($2::bigint IS NULL OR e.id < $2)
      AND ($3::text[] = '{}' OR e.name LIKE ANY($3)) ORDER BY e.id DESC LIMIT $4
    """,
)


async def timeline(
    actor: Actor, customer_id: int, *, kinds: Collection[Kind] = (), cursor: str | None = None, limit: int = PAGE
) -> TimelinePage:
    """What happened to a customer and to the records merged into theirs.

    Raises:
        CustomerNotFound: there is no such customer.
        NotAllowed: they are outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    authorise(actor, "customers.read", await people.scope_of(kept_id))
    limit = max(1, min(limit, LARGEST_PAGE))
    before = int(cursor[:18]) if cursor is not None and cursor.isdigit() else None
    prefixes = [f"{prefix}%" for kind in kinds for prefix in _PREFIXES[kind]]
    rows = await _ENTRIES.all(kept_id, before, prefixes, limit + 1)
    items = [replace(entry, sentence=_seen(actor, entry.sentence)) for entry in rows[:limit]]
    return TimelinePage(items, str(items[-1].id) if len(rows) > limit else None)


def _seen(actor: Actor, sentence: str) -> str:
    """The sentence with its sums hidden for readers who see no money."""
    return mask_sums(sentence) if field_mask(actor, "amount") == "hidden" else sentence
