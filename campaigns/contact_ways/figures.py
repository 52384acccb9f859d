"""What became of those who came by a code: who left again, booked, visited and paid.

A booking, visit or payment counts for the last code by which somebody came before it, and for ninety days. Money is
what owners paid themselves, without what they were given back; a bill of 0 is no sale.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from campaigns.contact_ways import spans
from campaigns.contact_ways.errors import ContactWayNotFound
from campaigns.contact_ways.rules import FOLLOWED_FOR, LOST_WITHIN, Step
from campaigns.contact_ways.spans import Span
from crm_core.billing.rules import Payer
from crm_core.customers.queries import seen_name
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, field_mask, subject
from crm_core.repair_orders.rules import HeaderState
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

PAGE: Final = 50


@read_model
class Figures:
    """The sums of one code: people, bookings, visits, and fen that were paid and not given back."""

    contact_way_id: int
    added: int
    wrote: int
    lost: int
    booked: int
    visited: int
    paid_fen: int


@read_model
class _Sums:
    """The sums of one step of a chart."""

    begins_on: date
    added: int
    lost: int
    booked: int
    visited: int
    paid_fen: int


@read_model
class StepRow:
    """A day, week or month of a chart; `paid_fen` is None for who sees no money."""

    begins_on: date
    added: int
    lost: int
    booked: int
    visited: int
    paid_fen: int | None


@read_model
class _Store:
    """Whose a code is."""

    store_id: int | None


@read_model
class _Came:
    """One person who came by a code."""

    id: int
    customer_id: int
    name: str
    staff: str
    since: datetime
    is_lost: bool
    booked: int
    visited: int
    paid_fen: int


@read_model
class CameRow:
    """One person who came by a code, and what they did since; `paid_fen` is None for who sees no money."""

    id: int
    customer_id: int
    name: str
    staff: str
    since: datetime
    is_lost: bool
    booked: int
    visited: int
    paid_fen: int | None


_STORE: Final = Query(_Store, "SELECT store_id FROM contact_way WHERE id = $1")
_COME: Final = f"""
    SELECT w.id AS contact_way_id, w.token, f.customer_id, min(f.id) AS id, min(f.since) AS since,
      bool_and(coalesce(f.ended_by NOT IN ('', 'transfer')
        AND f.ended_at <= f.since + interval '{LOST_WITHIN.days} days', false)) AS is_lost,
      bool_or(f.wrote_at IS NOT NULL) AS has_written
    FROM contact_way w JOIN friendship f ON f.state = w.token AND f.state <> ''
    WHERE w.id = ANY($1) GROUP BY w.id, f.customer_id
    HAVING ($2::timestamptz IS NULL OR min(f.since) >= $2) AND ($3::timestamptz IS NULL OR min(f.since) < $3)
"""
_CREDITED: Final = f"""x.customer_id = c.customer_id AND {{0}} >= c.since
    AND {{0}} < c.since + interval '{FOLLOWED_FOR.days} days'
    AND NOT EXISTS (SELECT FROM friendship o JOIN contact_way v ON v.token = o.state WHERE o.customer_id = c.customer_id
      AND o.state <> c.token AND o.since > c.since AND o.since <= {{0}})"""
_PEOPLE: Final = f"""
    SELECT c.contact_way_id, c.id, c.customer_id, c.since, c.is_lost, c.has_written,
      (SELECT count(*)::int FROM appointment x WHERE {_CREDITED.format("x.created_at")}) AS booked,
      (SELECT count(*)::int FROM repair_order x WHERE {_CREDITED.format("x.opened_at")}
       AND x.state <> {literals(HeaderState.VOID)}) AS visited,
      (SELECT coalesce(sum(x.paid_fen - x.refunded_fen), 0)::bigint FROM bill x
       WHERE {_CREDITED.format("x.paid_at")} AND x.payer = {literals(Payer.CP)}) AS paid_fen
    FROM ({_COME}) c
"""
_SUMS: Final = Query(
    Figures,
    f"""
    SELECT contact_way_id, count(*)::int AS added, count(*) FILTER (WHERE has_written)::int AS wrote,
      count(*) FILTER (WHERE is_lost)::int AS lost,
      sum(booked)::int AS booked, sum(visited)::int AS visited, sum(paid_fen)::bigint AS paid_fen
    FROM ({_PEOPLE}) p GROUP BY contact_way_id
    """,
)
_ROWS: Final = Query(
    _Came,
    f"""
    SELECT p.id, p.customer_id, k.name, s.name AS staff, p.since, p.is_lost, p.booked, p.visited, p.paid_fen
    FROM ({_PEOPLE}) p JOIN customer k ON k.id = p.customer_id JOIN friendship f ON f.id = p.id
    JOIN staff s ON s.id = f.staff_id
    WHERE ($4::bigint IS NULL OR p.id < $4) AND CASE $5
      WHEN {literals(Step.LOST)} THEN p.is_lost WHEN {literals(Step.BOOKED)} THEN p.booked > 0
      WHEN {literals(Step.VISITED)} THEN p.visited > 0 WHEN {literals(Step.PAID)} THEN p.paid_fen > 0 ELSE true END
    ORDER BY p.id DESC LIMIT $6
    """,
)
_STEPS: Final = Query(
    _Sums,
    f"""
    SELECT date_trunc($4, p.since AT TIME ZONE 'Asia/Shanghai')::date AS begins_on, count(*)::int AS added,
      count(*) FILTER (WHERE is_lost)::int AS lost, sum(booked)::int AS booked, sum(visited)::int AS visited,
      sum(paid_fen)::bigint AS paid_fen
    FROM ({_PEOPLE}) p GROUP BY 1
    """,
)


async def sums_of(contact_way_ids: Collection[int], span: Span | None = None) -> dict[int, Figures]:
    """The sums of these codes, of those who came in this span; a code by which nobody came is left out."""
    return {found.contact_way_id: found for found in await _SUMS.all(list(contact_way_ids), *_instants(span))}


async def steps_of(actor: Actor, contact_way_id: int, span: Span) -> list[StepRow]:
    """How a code did in each day, week or month of a span, the earliest first: those who came then, and what they did
    since.

    Raises:
        ContactWayNotFound, NotAllowed.
    """
    await _readable(actor, contact_way_id)
    pace = spans.pace_of(span)
    rows = await _STEPS.all([contact_way_id], *_instants(span), pace.value)
    found = {row.begins_on: row for row in rows}
    nothing = _Sums(clock.today(), added=0, lost=0, booked=0, visited=0, paid_fen=0)
    return [
        derive(StepRow, row, begins_on=day, paid_fen=seen_fen(actor, row.paid_fen))
        for day in spans.steps_of(span, clock.today())
        for row in (found.get(day, nothing),)
    ]


async def of_code(
    actor: Actor,
    contact_way_id: int,
    step: Step = Step.ADDED,
    span: Span | None = None,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> list[CameRow]:
    """Those behind one number of a code, the last to come first, from the one before `before` on.

    Raises:
        ContactWayNotFound, NotAllowed.
    """
    await _readable(actor, contact_way_id)
    return [
        derive(CameRow, row, name=seen_name(actor, row.name), paid_fen=seen_fen(actor, row.paid_fen))
        for row in await _ROWS.all([contact_way_id], *_instants(span), before, step.value, limit)
    ]


def seen_fen(actor: Actor, fen: int) -> int | None:
    """A sum as the actor sees it."""
    return None if field_mask(actor, "amount") == "hidden" else fen


async def _readable(actor: Actor, contact_way_id: int) -> None:
    found = await _STORE.first(contact_way_id)
    if found is None:
        raise ContactWayNotFound
    authorise(actor, "contact_ways.read", subject(store_id=found.store_id))


def _instants(span: Span | None) -> tuple[datetime | None, datetime | None]:
    if span is None:
        return None, None
    days = spans.days_of(span, clock.today())
    return days.begins_at, days.ends_at
