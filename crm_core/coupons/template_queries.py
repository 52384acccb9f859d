"""Reads templates of coupons for screens."""

from datetime import date

from crm_core.approvals.rules import ApprovalKind, ApprovalState
from crm_core.coupons import catalogue
from crm_core.coupons.errors import TemplateNotFound
from crm_core.coupons.rules import CouponKind, CouponState, TemplateState
from crm_core.coupons.whose import may_draft
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, stores_within, subject
from crm_core.dealerships.stores import live_store_ids
from foundation.reading import Query, derive, literals, read_model

TAKEN = (
    "({0}::bigint[] IS NULL OR t.store_ids = '[]' OR EXISTS ("
    "SELECT FROM jsonb_array_elements_text(t.store_ids) s WHERE s::bigint = ANY({0})))"
)
"""SQL condition: the template is valid everywhere or in one of the given stores; NULL means every store."""
_NOT_LIVE = (TemplateState.DRAFT, TemplateState.PENDING_APPROVAL)


@read_model
class _Template:
    """A template with the numbers of its coupons; `spent_fen` is what they took off. `asked_quota` and `asked_ends_on`
    wait for approval. `granted` were given by itself on the last day on which it did, and `grants_short` had nothing.
    """

    id: int
    name: str
    kind: CouponKind
    state: TemplateState
    value_fen: int
    pay_percent: int
    cap_fen: int | None
    threshold_fen: int
    item_codes: list[str]
    store_ids: list[int]
    quota: int
    issued_count: int
    claimed_count: int
    redeemed_count: int
    per_person: int
    per_vehicle: int
    valid_days: int
    claim_days: int
    ends_on: date | None
    asked_quota: int | None
    asked_ends_on: date | None
    is_vehicle_bound: bool
    restores_on_refund: bool
    is_new_friend_gift: bool
    is_transferable: bool
    after_visit_days: int | None
    after_visit_least_fen: int
    is_birthday_gift: bool
    budget_fen: int | None
    asked_budget_fen: int | None
    spent_fen: int
    granted_on: date | None
    granted: int | None
    grants_short: int | None
    grants_short_why: str | None
    created_by_id: int | None
    approval_id: int | None
    voiding_approval_id: int | None
    version: int


@read_model
class TemplateRow(_Template):
    """A template for its reader. Sums are in fen; `pay_percent` 80 is 8 折; `may_run` needs rights in all its
    stores.
    """

    item_names: list[str]
    may_run: bool
    may_draft: bool


_TEMPLATE = f"""
SELECT t.id, t.name, t.kind, t.state, t.value_fen, t.pay_percent, t.cap_fen, t.threshold_fen, t.item_codes, t.store_ids,
       t.quota, t.issued_count, t.per_person, t.per_vehicle, t.valid_days, t.claim_days, t.ends_on, t.asked_quota,
       t.asked_ends_on, t.is_vehicle_bound, t.restores_on_refund, t.is_new_friend_gift, t.budget_fen,
       t.is_transferable, t.after_visit_days, t.after_visit_least_fen, t.is_birthday_gift, t.asked_budget_fen,
       g.on_day AS granted_on, g.given AS granted, g.short AS grants_short, g.why AS grants_short_why,
       t.created_by_id, t.version,
       (SELECT a.id FROM approval a WHERE a.kind = {literals(ApprovalKind.COUPON_TEMPLATE)}
          AND a.about = 'coupon_template:' || t.id AND a.state = {literals(ApprovalState.PENDING)}) AS approval_id,
       (SELECT a.id FROM approval a JOIN coupon_voiding v ON a.about = 'coupon_voiding:' || v.id
        WHERE v.template_id = t.id AND a.kind = {literals(ApprovalKind.COUPON_VOID)}
          AND a.state = {literals(ApprovalState.PENDING)}) AS voiding_approval_id,
       c.claimed_count, c.redeemed_count,
       (SELECT coalesce(sum(r.discount_fen - r.cancelled_fen), 0)::bigint FROM redemption r
        JOIN coupon u ON u.id = r.coupon_id WHERE u.template_id = t.id AND r.undone_at IS NULL) AS spent_fen
FROM coupon_template t
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.claimed_at IS NOT NULL) AS claimed_count,
           count(*) FILTER (WHERE c.state = {literals(CouponState.REDEEMED)}) AS redeemed_count
    FROM coupon c WHERE c.template_id = t.id
) c
LEFT JOIN LATERAL (
    SELECT g.on_day, sum(g.given)::int AS given, sum(g.short)::int AS short, max(g.why) AS why
    FROM coupon_granting g WHERE g.template_id = t.id GROUP BY g.on_day ORDER BY g.on_day DESC LIMIT 1
) g ON true
"""
_TEMPLATES = Query(
    _Template,
    f"{_TEMPLATE} WHERE ($1::text IS NULL OR t.state = $1) AND {TAKEN.format('$2')} ORDER BY t.id DESC LIMIT 200",
)
_ONE_TEMPLATE = Query(_Template, f"{_TEMPLATE} WHERE t.id = $1 AND {TAKEN.format('$2')}")


async def templates(actor: Actor, *, state: TemplateState | None = None) -> list[TemplateRow]:
    """The templates valid in the reader's stores, newest first, with the numbers of their coupons."""
    return await _for_reader(actor, await _TEMPLATES.all(state, _readable(actor)))


async def template(actor: Actor, template_id: int) -> TemplateRow:
    """One template.

    Raises:
        TemplateNotFound: it does not exist, or is valid in none of the reader's stores.
    """
    found = await _ONE_TEMPLATE.first(template_id, _readable(actor))
    if found is None:
        raise TemplateNotFound
    [shown] = await _for_reader(actor, [found])
    return shown


def _readable(actor: Actor) -> list[int] | None:
    """The stores whose templates the reader may see; None is every store."""
    authorise(actor, "coupon_templates.read", subject())
    stores = stores_within(actor, "coupon_templates.read")
    return None if stores is None else sorted(stores)


async def _for_reader(actor: Actor, rows: list[_Template]) -> list[TemplateRow]:
    """The templates with job names instead of codes, and whether this reader may draft and run each."""
    names = await catalogue.names_of({code for row in rows for code in row.item_codes})
    everywhere = await live_store_ids()
    return [
        derive(
            TemplateRow,
            row,
            item_names=[names.get(code, "已下架的项目") for code in row.item_codes],
            may_run=is_allowed(actor, "coupon_templates.run", subject(store_ids=row.store_ids or everywhere)),
            may_draft=row.state in _NOT_LIVE and await may_draft(actor, row.created_by_id, row.store_ids),
        )
        for row in rows
    ]
