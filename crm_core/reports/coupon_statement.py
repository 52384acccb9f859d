"""卡券报表: what became of the coupons in some months, what they cost, and what the bills with them brought in."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation import clock, wall_clock
from foundation.reading import Query, derive, literals, read_model


class StatementBy(StrEnum):
    """How the lines of a statement are made."""

    TEMPLATE = "template"
    STORE = "store"
    SOURCE = "source"
    MONTH = "month"


@read_model
class StatementCounts:
    """What happened to coupons. Each is counted in the month in which it happened: issued, claimed, expired and voided
    for the customer's own store, redeemed for the store of the bill, which bears the cost.

    `cost_fen` is what they took off, without lines refunded since; `brought_in_fen` is what their bills were paid
    without refunds, each bill once. A coupon given back after a full refund is not redeemed.
    """

    issued: int
    claimed: int
    redeemed: int
    expired: int
    voided: int
    cost_fen: int
    bills: int
    brought_in_fen: int


@read_model
class StatementLine(StatementCounts):
    """One template, store, source or month; `word` is its name where it has one."""

    key: str
    word: str | None


@read_model
class Statement:
    """The lines, and all together: a bill on which several coupons were used counts once there."""

    since: date
    until: date
    lines: list[StatementLine]
    total: StatementCounts


_HAPPENED: Final = f"""
SELECT c.template_id, p.home_store_id AS store_id, c.source, e.what, e.at, 0::bigint AS off_fen,
       NULL::bigint AS bill_id, 0::bigint AS paid_fen
FROM coupon c JOIN customer p ON p.id = c.customer_id
CROSS JOIN LATERAL (VALUES
    ('issued', c.issued_at), ('claimed', c.claimed_at),
    ('expired', CASE WHEN c.state = {literals(CouponState.EXPIRED)} THEN c.ended_at END),
    ('voided', CASE WHEN c.state = {literals(CouponState.VOID)} THEN c.ended_at END)
) e (what, at)
WHERE e.at >= $1 AND e.at < $2
UNION ALL
SELECT c.template_id, r.store_id, c.source, 'redeemed', r.redeemed_at, r.discount_fen - r.cancelled_fen,
       b.id, coalesce(b.paid_fen - b.refunded_fen, 0)
FROM redemption r JOIN coupon c ON c.id = r.coupon_id
LEFT JOIN bill b ON b.id = CASE WHEN r.about LIKE 'bill:%' THEN split_part(r.about, ':', 2)::bigint END
WHERE r.undone_at IS NULL AND r.redeemed_at >= $1 AND r.redeemed_at < $2
"""
_KEYS: Final = {
    StatementBy.TEMPLATE: "h.template_id::text",
    StatementBy.STORE: "coalesce(h.store_id::text, '')",
    StatementBy.SOURCE: "h.source",
    StatementBy.MONTH: "to_char(h.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
}
_WORDS: Final = {
    StatementBy.TEMPLATE: "(SELECT t.name FROM coupon_template t WHERE t.id::text = k.key)",
    StatementBy.STORE: "(SELECT s.short_name FROM store s WHERE s.id::text = k.key)",
}


def _lines(key: str, word: str) -> str:
    return f"""
    WITH keyed AS (
        SELECT {key} AS key, h.* FROM ({_HAPPENED}) h
        WHERE ($3::bigint[] IS NULL OR h.store_id = ANY($3)) AND ($4::bigint IS NULL OR h.template_id = $4)
    ), paid AS (
        SELECT d.key, count(*) AS bills, sum(d.paid_fen) AS brought_in_fen
        FROM (SELECT DISTINCT key, bill_id, paid_fen FROM keyed WHERE bill_id IS NOT NULL) d GROUP BY d.key
    )
    SELECT k.key, {word} AS word,
           count(*) FILTER (WHERE k.what = 'issued') AS issued, count(*) FILTER (WHERE k.what = 'claimed') AS claimed,
           count(*) FILTER (WHERE k.what = 'redeemed') AS redeemed,
           count(*) FILTER (WHERE k.what = 'expired') AS expired, count(*) FILTER (WHERE k.what = 'voided') AS voided,
           coalesce(sum(k.off_fen), 0)::bigint AS cost_fen, coalesce(max(p.bills), 0) AS bills,
           coalesce(max(p.brought_in_fen), 0)::bigint AS brought_in_fen
    FROM keyed k LEFT JOIN paid p ON p.key = k.key GROUP BY k.key ORDER BY k.key
    """


_LINES: Final = {by: Query(StatementLine, _lines(key, _WORDS.get(by, "NULL::text"))) for by, key in _KEYS.items()}
_TOTAL: Final = Query(StatementLine, _lines("''", "NULL::text"))
_NOTHING: Final = StatementCounts(0, 0, 0, 0, 0, 0, 0, 0)


async def statement(actor: Actor, by: StatementBy, *, months: int = 6, template_id: int | None = None) -> Statement:
    """The statement of the last `months` months, this one included, of the reader's stores."""
    authorise(actor, "coupons.read_statement", subject())
    stores = stores_within(actor, "coupons.read_statement")
    today = clock.today()
    since = today.replace(day=1)
    for _ in range(months - 1):
        since = (since - timedelta(days=1)).replace(day=1)
    given = (
        wall_clock.at(since),
        wall_clock.at(today + timedelta(days=1)),
        None if stores is None else sorted(stores),
        template_id,
    )
    total = await _TOTAL.first(*given)
    return Statement(
        since=since,
        until=today,
        lines=await _LINES[by].all(*given),
        total=_NOTHING if total is None else derive(StatementCounts, total),
    )
