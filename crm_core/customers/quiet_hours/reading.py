"""Reads quiet hours: a person's for their pages, and many people's for what is to be sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from crm_core.contact.quiet_rules import DAY, Span
from crm_core.customers import people
from crm_core.customers.quiet_hours.models import QuietSource
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from foundation.reading import Query, derive, read_model

LIVE_CODES: Final = (
    f"ARRAY(SELECT h.starts_minute * {DAY} + h.ends_minute FROM quiet_hours h "
    "WHERE h.customer_id = c.id AND h.ended_at IS NULL ORDER BY 1)"
)
"""SQL: the live spans of the customer `c`, each as one number; `as_spans` reads them."""

_PARTS: Final = (
    "quiet_hours h, unnest(CASE WHEN h.starts_minute < h.ends_minute "
    "THEN ARRAY[int4range(h.starts_minute, h.ends_minute)] "
    f"ELSE ARRAY[int4range(h.starts_minute, {DAY}), int4range(0, h.ends_minute)] END) AS p(part)"
)


def always_quiet_sql(windows: str) -> str:
    """SQL condition: the customer `c` is quiet in all minutes of a multirange, an SQL expression."""
    return (
        f"c.id IN (SELECT h.customer_id FROM {_PARTS} WHERE h.ended_at IS NULL "
        f"GROUP BY h.customer_id HAVING range_agg(p.part) @> {windows})"
    )


def sometimes_quiet_sql(windows: str) -> str:
    """SQL: the customers who are quiet in any minute of a multirange, an SQL expression."""
    return f"SELECT h.customer_id FROM {_PARTS} WHERE h.ended_at IS NULL AND p.part && {windows}"


def as_spans(codes: Iterable[int]) -> tuple[Span, ...]:
    """The spans that `LIVE_CODES` selected."""
    return tuple(Span(*divmod(code, DAY)) for code in codes)


@read_model
class _Kept:
    id: int
    starts_minute: int
    ends_minute: int
    source: QuietSource
    noted_by: str | None
    since: datetime
    ended_at: datetime | None


@read_model
class QuietSpan:
    """A span at which they do not wish to be written to; `noted_by` is the colleague whom they told."""

    id: int
    words: str
    source: QuietSource
    noted_by: str | None
    since: datetime
    ended_at: datetime | None


@read_model
class OwnQuietSpan:
    """A span of the owner's own."""

    id: int
    words: str


_OF: Final = Query(
    _Kept,
    "SELECT q.id, q.starts_minute, q.ends_minute, q.source, s.name AS noted_by, q.since, q.ended_at "
    "FROM quiet_hours q LEFT JOIN staff s ON s.id = q.noted_by_id WHERE q.customer_id = $1 "
    "ORDER BY q.ended_at DESC NULLS FIRST, q.starts_minute, q.id DESC LIMIT 50",
)
_LIVE: Final = Query(
    _Kept,
    "SELECT q.id, q.starts_minute, q.ends_minute, q.source, NULL AS noted_by, q.since, q.ended_at "
    "FROM quiet_hours q WHERE q.customer_id = $1 AND q.ended_at IS NULL ORDER BY q.starts_minute, q.id",
)


async def of_customer(actor: Actor, customer_id: int) -> list[QuietSpan]:
    """Their spans, the live ones first, then those that have ended, the newest first.

    Raises:
        CustomerNotFound, NotAllowed: as for their page.
    """
    kept_id = await people.current_id(customer_id)
    authorise(actor, "customers.read", await people.scope_of(kept_id))
    return [derive(QuietSpan, row, words=_span(row).words) for row in await _OF.all(kept_id)]


async def own(actor: Actor) -> list[OwnQuietSpan]:
    """The owner's live spans."""
    return [OwnQuietSpan(row.id, _span(row).words) for row in await _LIVE.all(actor.id)]


def _span(row: _Kept) -> Span:
    return Span(row.starts_minute, row.ends_minute)


async def live(customer_id: int) -> tuple[Span, ...]:
    """Their live spans."""
    return tuple(map(_span, await _LIVE.all(customer_id)))
