"""All broadcasts beside each other (page 活动总览): what each reached, brought and cost, and sums of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.money import PAID_FEN
from campaigns.broadcasts.parts import LiftShown, lift_of
from campaigns.broadcasts.queries import scope_of
from campaigns.broadcasts.rules import BroadcastState
from campaigns.lift import Group, ReturnCost, cost_per_return, measure_lift
from campaigns.mass_channels import channel_of, mass_channels
from campaigns.measuring import WINDOW, Cohort
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

PAGE: Final = 50


class SumBy(StrEnum):
    """By what the broadcasts are added up."""

    MONTH = "MONTH"
    """In which they began."""
    STORE = "STORE"
    """Of their customers."""
    CHANNEL = "CHANNEL"
    CONTENT = "CONTENT"
    """Broadcasts with the same words."""


@dataclass(frozen=True)
class Asked:
    """Which broadcasts: those that began in a month, went by a channel, or whose name or segment's has a text; and the
    customers of one store only.
    """

    search: str = ""
    month: date | None = None
    channel: str | None = None
    store_id: int | None = None


def asked_in(question: Mapping[str, str]) -> Asked:
    """The filters of the page's address; what is no month or number asks for nothing."""
    month, store = question.get("month", ""), question.get("store", "")
    return Asked(
        search=question.get("q", ""),
        month=date.fromisoformat(f"{month}-01") if re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month) else None,
        channel=question.get("channel") or None,
        store_id=int(store) if re.fullmatch(r"[0-9]{1,18}", store) else None,
    )


@read_model
class _Broadcast:
    """A broadcast that has begun, and what it brought; sums in fen."""

    id: int
    name: str
    state: BroadcastState
    segment_name: str
    coupon: str | None
    started_at: datetime
    sent: int
    opened: int
    booked: int
    arrived: int
    converted: int
    paid_fen: int


@read_model
class _Counted(_Broadcast):
    """A broadcast with what its lift and its cost are made of."""

    channels: list[str]
    reach_fen: int
    coupon_fen: int
    planned: int
    planned_came: int
    control: int
    control_came: int


@read_model
class PortfolioRow(_Broadcast):
    """A broadcast beside the others. Without a lift there was nobody to compare with; without a cost per return it is
    not known to have brought anybody.
    """

    channels: list[str]
    is_window_over: bool
    cost_fen: int
    lift: LiftShown | None
    cost_per_return: ReturnCost | None


@read_model
class PortfolioSum:
    """Broadcasts added up: how many, and what they reached, brought and cost together; sums in fen."""

    key: str
    word: str
    broadcasts: int
    sent: int
    arrived: int
    converted: int
    paid_fen: int
    cost_fen: int


_SENT: Final = f"r.state = {literals(RecipientState.SENT)}"
_PLANNED: Final = f"r.cohort = {literals(Cohort.PLANNED)}"
_CONTROL: Final = f"r.cohort = {literals(Cohort.CONTROL)}"
_CAME: Final = f"r.arrived_at <= c.started_at + interval '{WINDOW.days} days' AND r.given_back_at IS NULL"
_CREDITED: Final = f"{_SENT} AND r.is_last_touch"
_MONTH: Final = "date_trunc('month', c.started_at AT TIME ZONE 'Asia/Shanghai')::date"
_CHOSEN: Final = f"""
  c.started_at IS NOT NULL AND ($1::jsonb IS NULL OR (c.store_ids IS NOT NULL AND c.store_ids <@ $1::jsonb))
  AND ($2::text IS NULL OR c.name ILIKE $2 OR c.segment_name ILIKE $2)
  AND ($3::date IS NULL OR {_MONTH} = $3) AND ($4::text IS NULL OR c.channel = $4
    OR EXISTS (SELECT FROM broadcast_way x WHERE x.broadcast_id = c.id AND x.channel = $4))
  AND ($5::bigint IS NULL OR c.store_ids IS NULL OR c.store_ids @> to_jsonb($5))
"""
_ITS_WAY: Final = "LEFT JOIN broadcast_way y ON y.broadcast_id = c.id AND y.number = r.way"
_ITS_PRICE: Final = (
    "LEFT JOIN unnest($6::text[], $7::bigint[]) AS f(channel, fen) ON f.channel = coalesce(y.channel, c.channel)"
)
_REACH_FEN: Final = "coalesce(sum(f.fen) FILTER (WHERE r.sent_at IS NOT NULL), 0)::bigint"
_OF_STORE: Final = "($5::bigint IS NULL OR {0}.customer_id IN (SELECT p.id FROM customer p WHERE p.home_store_id = $5))"
_ITS_COUPONS: Final = f"""
  coupon u JOIN redemption d ON d.coupon_id = u.id AND d.undone_at IS NULL
    WHERE (u.source_ref = 'broadcast:' || c.id OR u.source_ref LIKE 'broadcast:' || c.id || '~%')
      AND {_OF_STORE.format("u")}
"""
_ROWS: Final = Query(
    _Counted,
    f"""
    SELECT c.id, c.name, c.state, c.segment_name, c.content->>'coupon' AS coupon, c.started_at, n.*,
      to_json(ARRAY(SELECT x.channel FROM (
        SELECT 0 AS number, c.channel UNION ALL SELECT w.number, w.channel FROM broadcast_way w
        WHERE w.broadcast_id = c.id) x ORDER BY x.number)) AS channels,
      (SELECT coalesce(sum(d.discount_fen - d.cancelled_fen), 0)::bigint FROM {_ITS_COUPONS}) AS coupon_fen
    FROM broadcast c CROSS JOIN LATERAL (
      SELECT count(r.sent_at) AS sent, count(r.opened_at) FILTER (WHERE {_SENT}) AS opened,
        count(r.booked_at) FILTER (WHERE {_SENT}) AS booked, count(*) FILTER (WHERE {_CREDITED}) AS arrived,
        count(r.converted_at) FILTER (WHERE {_SENT}) AS converted,
        coalesce(sum({PAID_FEN}) FILTER (WHERE {_CREDITED}), 0)::bigint AS paid_fen,
        {_REACH_FEN} AS reach_fen,
        count(*) FILTER (WHERE {_PLANNED}) AS planned, count(*) FILTER (WHERE {_PLANNED} AND {_CAME}) AS planned_came,
        count(*) FILTER (WHERE {_CONTROL}) AS control, count(*) FILTER (WHERE {_CONTROL} AND {_CAME}) AS control_came
      FROM broadcast_recipient r {_ITS_WAY} {_ITS_PRICE}
      WHERE r.broadcast_id = c.id AND r.cohort <> {literals(Cohort.EXCLUDED)} AND {_OF_STORE.format("r")}
    ) n
    WHERE {_CHOSEN} AND ($8::bigint IS NULL OR c.id < $8) ORDER BY c.id DESC LIMIT $9
    """,
)


def _sums(key: str, word: str, join: str = "") -> str:
    """People and coupons of the chosen broadcasts, added up by an expression over broadcast `c` and customer `p`."""
    return f"""
    WITH line AS (
      SELECT {key} AS key, {word} AS word, c.id, count(r.sent_at) AS sent,
        count(*) FILTER (WHERE {_CREDITED}) AS arrived, count(r.converted_at) FILTER (WHERE {_SENT}) AS converted,
        coalesce(sum({PAID_FEN}) FILTER (WHERE {_CREDITED}), 0) AS paid_fen,
        {_REACH_FEN} AS cost_fen
      FROM broadcast c JOIN broadcast_recipient r ON r.broadcast_id = c.id JOIN customer p ON p.id = r.customer_id
      {_ITS_WAY} {_ITS_PRICE} {join}
      WHERE {_CHOSEN} AND r.cohort <> {literals(Cohort.EXCLUDED)} AND {_OF_STORE.format("r")}
      GROUP BY 1, 2, c.id
      UNION ALL
      SELECT {key}, {word}, c.id, 0, 0, 0, 0, sum(d.discount_fen - d.cancelled_fen)
      FROM broadcast c JOIN coupon u ON u.source_ref = 'broadcast:' || c.id
        OR u.source_ref LIKE 'broadcast:' || c.id || '~%'
      JOIN redemption d ON d.coupon_id = u.id AND d.undone_at IS NULL JOIN customer p ON p.id = u.customer_id
      LEFT JOIN broadcast_recipient r ON r.broadcast_id = c.id AND r.customer_id = u.customer_id {_ITS_WAY} {join}
      WHERE {_CHOSEN} AND {_OF_STORE.format("u")} GROUP BY 1, 2, c.id
    )
    SELECT key, max(word) AS word, count(DISTINCT id) AS broadcasts, sum(sent)::bigint AS sent,
      sum(arrived)::bigint AS arrived, sum(converted)::bigint AS converted, sum(paid_fen)::bigint AS paid_fen,
      sum(cost_fen)::bigint AS cost_fen
    FROM line GROUP BY key ORDER BY key
    """


_BY_MONTH: Final = Query(PortfolioSum, _sums(f"({_MONTH})::text", f"({_MONTH})::text"))
_BY_STORE: Final = Query(
    PortfolioSum,
    _sums(
        "coalesce(p.home_store_id, 0)::text",
        "coalesce(t.short_name, '')",
        "LEFT JOIN store t ON t.id = p.home_store_id",
    ),
)
_BY_CHANNEL: Final = Query(PortfolioSum, _sums("coalesce(y.channel, c.channel)", "coalesce(y.channel, c.channel)"))
_BY_CONTENT: Final = Query(
    PortfolioSum,
    _sums(
        "coalesce(w.content_hash, c.template)",
        "left(coalesce(w.text, c.template), 60)",
        "LEFT JOIN campaign_content w ON w.id = coalesce(y.content_id, c.content_id)",
    ),
)
_SUMS: Final = {
    SumBy.MONTH: _BY_MONTH,
    SumBy.STORE: _BY_STORE,
    SumBy.CHANNEL: _BY_CHANNEL,
    SumBy.CONTENT: _BY_CONTENT,
}


async def rows(actor: Actor, asked: Asked, *, before_id: int | None = None, limit: int = PAGE) -> list[PortfolioRow]:
    """Broadcasts of the actor's stores that have begun, the newest first."""
    counted = await _ROWS.all(scope_of(actor), *_values(asked), *await _prices(), before_id, limit)
    return [_shown(one) for one in counted]


async def sums(actor: Actor, asked: Asked, by: SumBy) -> list[PortfolioSum]:
    """The same broadcasts added up. Their lifts cannot be, since each has a control group of its own."""
    found = await _SUMS[by].all(scope_of(actor), *_values(asked), *await _prices())
    if by is SumBy.CHANNEL:
        return [derive(PortfolioSum, one, word=channel_of(one.key).label) for one in found]
    return found


async def _prices() -> tuple[list[str], list[int]]:
    """What reaching one person costs, channel by channel."""
    channels = mass_channels()
    return [one.name for one in channels], [await one.reach_fen() for one in channels]


def _values(asked: Asked) -> tuple[str | None, date | None, str | None, int | None]:
    named = pattern(asked.search) if asked.search.strip() else None
    return named, asked.month, asked.channel, asked.store_id


def _shown(one: _Counted) -> PortfolioRow:
    planned, control = Group(one.planned, one.planned_came), Group(one.control, one.control_came)
    measured, cost_fen = measure_lift(planned, control), one.reach_fen + one.coupon_fen
    return derive(
        PortfolioRow,
        one,
        channels=[channel_of(name).label for name in one.channels],
        is_window_over=one.started_at + WINDOW <= clock.now(),
        cost_fen=cost_fen,
        lift=lift_of(planned, control),
        cost_per_return=cost_per_return(cost_fen, measured) if measured else None,
    )
