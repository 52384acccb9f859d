"""Reads coupons one by one, and requests to void some, for the people who look after templates."""

from datetime import datetime
from typing import Final

from crm_core.coupons.errors import CouponNotFound
from crm_core.coupons.rules import CouponState, VoidingState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation import database
from foundation.reading import Query, literals, read_model

PAGE: Final = 50


@read_model
class CouponRow:
    """One coupon with its holder. `source` is gift, campaign, new_friend or another reason to issue it; `frozen_why`
    is for staff only.
    """

    id: int
    template_id: int
    name: str
    customer_id: int
    customer_name: str
    home_store: str | None
    state: CouponState
    source: str
    issued_at: datetime
    claimed_at: datetime | None
    valid_to: datetime | None
    redeemed_at: datetime | None
    redeemed_store: str | None
    end_reason: str
    frozen_why: str
    version: int


@read_model
class CouponRows:
    """A page of coupons, the newest first."""

    items: list[CouponRow]
    next_cursor: str | None


@read_model
class VoidingFacts:
    """A request to void coupons, as its approver must see it. `is_all` means every coupon of the template that nobody
    used; `claimed_count` of those it is about are in their owners' hands now.
    """

    id: int
    template_id: int
    name: str
    is_all: bool
    coupon_count: int
    claimed_count: int
    voided_count: int
    locked_count: int
    reason: str
    state: VoidingState
    asked_at: datetime
    ended_at: datetime | None


_COUPONS: Final = Query(
    CouponRow,
    f"""
    SELECT c.id, c.template_id, t.name, c.customer_id, p.name AS customer_name,
           h.short_name AS home_store, c.state, c.source, c.issued_at,
           c.claimed_at, c.valid_to, c.redeemed_at, s.short_name AS redeemed_store, c.end_reason, c.frozen_why,
           c.version
    FROM coupon c JOIN coupon_template t ON t.id = c.template_id JOIN customer p ON p.id = c.customer_id
    LEFT JOIN store h ON h.id = p.home_store_id
    LEFT JOIN redemption r ON r.coupon_id = c.id AND r.undone_at IS NULL
    LEFT JOIN store s ON s.id = r.store_id
    WHERE ($1::bigint IS NULL OR c.template_id = $1) AND ($2::bigint[] IS NULL OR p.home_store_id = ANY($2))
      AND ($3::text IS NULL OR c.state = $3) AND ($4::text IS NULL OR c.source = $4)
      AND ($5::bigint IS NULL OR c.id < $5)
    ORDER BY c.id DESC LIMIT {PAGE + 1}
    """,
)
_VOIDING: Final = Query(
    VoidingFacts,
    f"""
    SELECT v.id, v.template_id, t.name, v.chosen = '[]' AS is_all, v.coupon_count, n.claimed_count, v.voided_count,
           n.locked_count, v.reason, v.state, v.asked_at, v.ended_at
    FROM coupon_voiding v JOIN coupon_template t ON t.id = v.template_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE c.state IN ({literals(CouponState.AVAILABLE, CouponState.FROZEN)}))
                 AS claimed_count,
               count(*) FILTER (WHERE c.state = {literals(CouponState.LOCKED)}) AS locked_count
        FROM coupon c
        WHERE c.template_id = v.template_id AND (v.chosen = '[]' OR v.chosen @> to_jsonb(c.id))
    ) n
    WHERE v.id = $1
    """,
)
# Of a template that all stores take, what is chosen concerns the stores of those customers.
_STORES_OF_VOIDING: Final = """
    SELECT coalesce(nullif(ARRAY(SELECT s::bigint FROM jsonb_array_elements_text(t.store_ids) s), '{}'),
      ARRAY(SELECT DISTINCT p.home_store_id FROM coupon c JOIN customer p ON p.id = c.customer_id
            WHERE v.chosen @> to_jsonb(c.id) AND p.home_store_id IS NOT NULL))
    FROM coupon_voiding v JOIN coupon_template t ON t.id = v.template_id WHERE v.id = $1
"""


async def page(
    actor: Actor,
    *,
    template_id: int | None = None,
    state: CouponState | None = None,
    source: str | None = None,
    cursor: str | None = None,
) -> CouponRows:
    """The coupons that customers of the reader's stores hold or held, of one template or of all."""
    found = await _COUPONS.all(
        template_id, _readable(actor), state.value if state else None, source or None, int(cursor) if cursor else None
    )
    return CouponRows(found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else None)


async def voiding(actor: Actor, voiding_id: int) -> VoidingFacts:
    """One request.

    Raises:
        CouponNotFound: there is no such request.
        NotAllowed: it concerns coupons of other stores.
    """
    found = await _VOIDING.first(voiding_id)
    if found is None:
        raise CouponNotFound("没找到这次作废申请。")
    authorise(actor, "coupons.list", subject(store_ids=await database.fetch_value(_STORES_OF_VOIDING, voiding_id)))
    return found


def _readable(actor: Actor) -> list[int] | None:
    """The stores whose coupons the reader may see; None is every store."""
    authorise(actor, "coupons.list", subject())
    stores = stores_within(actor, "coupons.list")
    return None if stores is None else sorted(stores)
