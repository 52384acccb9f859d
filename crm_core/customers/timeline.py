"""Everything that happened to a customer, newest first, read from the events of all packages."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, field_mask
from foundation import database

PAGE = 30
LARGEST_PAGE = 100
_AMOUNT = re.compile(r"[−-]?\d[\d,]*\.\d{2}(?= ?元)")
"""How every event's sentence writes money."""


class Kind(StrEnum):
    """What a reader may filter by."""

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
"""Beginnings of event names; without a filter every event shows, also of kinds not listed."""


@dataclass(frozen=True)
class TimelineEntry:
    """One fact."""

    id: int
    at: datetime
    name: str
    sentence: str
    actor: str
    actor_name: str
    subject: str


@dataclass(frozen=True)
class TimelinePage:
    """A page; `next_cursor` is None at the beginning of time."""

    items: list[TimelineEntry]
    next_cursor: str | None


async def timeline(
    actor: Actor, customer_id: int, *, kinds: Collection[Kind] = (), cursor: str | None = None, limit: int = PAGE
) -> TimelinePage:
    """What happened to him and to the records merged into his.

    Raises:
        CustomerNotFound, NotAllowed: none such, or outside the actor's scope.
    """
    kept_id = await people.current_id(customer_id)
    row = await database.fetch_one("SELECT * FROM customer WHERE id = $1", kept_id)
    assert row is not None
    authorize(actor, "customers.read", await people.scope(row))
    limit = max(1, min(limit, LARGEST_PAGE))
    before = int(cursor[:18]) if cursor is not None and cursor.isdigit() else None
    prefixes = [f"{prefix}%" for kind in kinds for prefix in _PREFIXES[kind]]
    rows = await database.fetch(
        "WITH RECURSIVE person AS (SELECT $1::bigint AS id UNION "
        "  SELECT c.id FROM customer c JOIN person p ON c.merged_into_id = p.id) "
        "SELECT e.id, e.at, e.name, e.sentence, e.actor, e.subject, coalesce(s.name, '') AS actor_name FROM event e "
        "LEFT JOIN staff s ON e.actor = 'staff:' || s.id "
        "WHERE e.customer_id IN (SELECT id FROM person) AND ($2::bigint IS NULL OR e.id < $2) "
        "  AND ($3::text[] = '{}' OR e.name LIKE ANY($3)) ORDER BY e.id DESC LIMIT $4",
        kept_id,
        before,
        prefixes,
        limit + 1,
    )
    items = [TimelineEntry(**entry | {"sentence": _seen(actor, entry["sentence"])}) for entry in rows[:limit]]
    return TimelinePage(items, str(items[-1].id) if len(rows) > limit else None)


def _seen(actor: Actor, sentence: str) -> str:
    """Without sums for those who see no money."""
    return _AMOUNT.sub("***", sentence) if field_mask(actor, "amount") == "hidden" else sentence
