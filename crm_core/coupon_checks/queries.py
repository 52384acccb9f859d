"""Reads findings about coupons for screens."""

from datetime import datetime
from typing import Final

from crm_core.coupon_checks.rules import FindingKind, FindingState
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation.reading import Query, literals, read_model

PAGE: Final = 50


@read_model
class FindingRow:
    """One finding with the names of the coupons and of the people who hold them. `usable_count` could be frozen."""

    id: int
    kind: FindingKind
    words: str
    state: FindingState
    store: str | None
    coupon_names: list[str]
    customer_names: list[str]
    coupon_count: int
    usable_count: int
    found_at: datetime
    decided_at: datetime | None
    decider: str | None
    note: str
    version: int


@read_model
class FindingRows:
    """A page of findings: open ones first, then the newest."""

    items: list[FindingRow]
    next_cursor: str | None


_FINDINGS: Final = Query(
    FindingRow,
    f"""
    SELECT f.id, f.kind, f.words, f.state, s.short_name AS store, n.coupon_names, n.customer_names, n.coupon_count,
           n.usable_count, f.found_at, f.decided_at, d.name AS decider, f.note, f.version
    FROM coupon_finding f
    LEFT JOIN store s ON s.id = f.store_id LEFT JOIN staff d ON d.id = f.decided_by_id
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT t.name) AS coupon_names, (array_agg(DISTINCT p.name))[1:10] AS customer_names,
               count(*) AS coupon_count,
               count(*) FILTER (WHERE c.state = {literals(CouponState.AVAILABLE)}) AS usable_count
        FROM found_coupon g JOIN coupon c ON c.id = g.coupon_id
        JOIN coupon_template t ON t.id = c.template_id JOIN customer p ON p.id = c.customer_id
        WHERE g.finding_id = f.id
    ) n
    WHERE ($1::bigint[] IS NULL OR f.store_id = ANY($1)) AND ($2::text IS NULL OR f.state = $2)
      AND ($3::text IS NULL OR f.kind = $3)
    ORDER BY f.state = {literals(FindingState.OPEN)} DESC, f.id DESC LIMIT {PAGE + 1} OFFSET $4
    """,
)


async def page(
    actor: Actor,
    *,
    state: FindingState | None = None,
    kind: FindingKind | None = None,
    cursor: str | None = None,
) -> FindingRows:
    """What was found in the reader's stores; what concerns several stores is for readers of the whole group."""
    authorise(actor, "coupon_checks.read", subject())
    stores = stores_within(actor, "coupon_checks.read")
    begun = int(cursor) if cursor else 0
    found = await _FINDINGS.all(
        None if stores is None else sorted(stores), state.value if state else None, kind.value if kind else None, begun
    )
    return FindingRows(found[:PAGE], str(begun + PAGE) if len(found) > PAGE else None)
