"""Reads coupons and offers for screens; their templates are read in `template_queries`."""

from dataclasses import dataclass
from datetime import date, datetime

from crm_core.coupons import budgeting, claiming, passing, rules, terms
from crm_core.coupons.claiming import Offer
from crm_core.coupons.errors import CouponNotFound
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponKind, CouponState, TemplateState
from crm_core.customers import people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise, owners_own
from foundation import clock, database
from foundation.reading import Query, derive, literals, read_model

_ENDED = (CouponState.REDEEMED, CouponState.EXPIRED, CouponState.VOID)
HISTORY = 50
"""How many used and ended coupons are shown."""


@read_model
class CouponCard:
    """One coupon as its owner sees it. Sums are in fen; `pay_percent` 80 is 8 折. A showable one can be shown as QR
    code.

    `group` is available, to_claim, in_use or history.
    """

    id: int
    group: str
    state: str
    name: str
    kind: str
    rule: str
    stores: str
    value_fen: int
    pay_percent: int
    threshold_fen: int
    cap_fen: int | None
    claim_by: datetime | None
    valid_to: datetime | None
    vehicle_id: int | None
    locked_for: str | None
    redeemed_at: datetime | None
    end_reason: str
    ask_store: str | None
    """Whom to ask about a coupon that cannot be used for now: the owner's store, and its phone."""
    ask_phone: str | None
    is_showable: bool
    is_passable: bool
    """Whether its owner may pass it on to a friend."""


@read_model
class _Held:
    """A customer's coupon with the terms of its template."""

    id: int
    customer_id: int
    state: CouponState
    name: str
    kind: CouponKind
    value_fen: int
    pay_percent: int
    threshold_fen: int
    cap_fen: int | None
    item_codes: list[str]
    store_ids: list[int]
    only_store: str | None
    claim_by: datetime
    valid_to: datetime | None
    vehicle_id: int | None
    locked_for: str | None
    redeemed_at: datetime | None
    end_reason: str
    ask_store: str | None
    ask_phone: str | None
    may_be_passed: bool


_ONLY_STORE = """
(SELECT s.short_name FROM store s WHERE jsonb_array_length(t.store_ids) = 1 AND s.id = (t.store_ids->>0)::bigint)
"""
_HELD = f"""
SELECT c.id, c.customer_id, c.state, t.name, t.kind, t.value_fen, t.pay_percent, t.threshold_fen, t.cap_fen,
       t.item_codes, t.store_ids,
       {_ONLY_STORE} AS only_store,
       c.claim_by, c.valid_to, c.vehicle_id, nullif(c.locked_for, '') AS locked_for, c.redeemed_at, c.end_reason,
       h.short_name AS ask_store, nullif(h.phone, '') AS ask_phone,
       t.is_transferable AND c.given_by_id IS NULL AND c.vehicle_id IS NULL AS may_be_passed
FROM coupon c JOIN coupon_template t ON t.id = c.template_id
JOIN customer u ON u.id = c.customer_id
LEFT JOIN store h ON h.id = u.home_store_id AND c.state = {literals(CouponState.FROZEN)}
"""
_ONE_HELD = Query(_Held, f"{_HELD} WHERE c.id = $1")
_HELD_BY = Query(
    _Held,
    f"""
    {_HELD}
    WHERE c.customer_id = $1
      AND (c.state NOT IN ({literals(*_ENDED)})
           OR c.id IN (SELECT p.id FROM coupon p WHERE p.customer_id = $1 AND p.state IN ({literals(*_ENDED)})
                       ORDER BY p.id DESC LIMIT {HISTORY}))
    ORDER BY c.state IN ({literals(*_ENDED)}), CASE WHEN c.state IN ({literals(*_ENDED)}) THEN -c.id END,
             c.valid_to, c.claim_by, c.id
    """,
)


@read_model
class _Offered:
    """The template of an offer."""

    id: int
    name: str
    kind: CouponKind
    state: TemplateState
    value_fen: int
    pay_percent: int
    threshold_fen: int
    cap_fen: int | None
    item_codes: list[str]
    store_ids: list[int]
    only_store: str | None
    quota: int
    issued_count: int
    valid_days: int
    ends_on: date | None
    budget_fen: int | None
    needs_vehicle: bool


_OFFERED = Query(
    _Offered,
    f"""
    SELECT t.id, t.name, t.kind, t.state, t.value_fen, t.pay_percent, t.threshold_fen, t.cap_fen, t.item_codes,
           t.store_ids, {_ONLY_STORE} AS only_store, t.quota, t.issued_count, t.valid_days, t.ends_on, t.budget_fen,
           t.is_vehicle_bound AS needs_vehicle
    FROM coupon_template t WHERE t.id = $1
    """,
)


@dataclass(frozen=True)
class GiftPage:
    """Page O10: what a link offers, and what this customer has got of it. `left` is the real stock."""

    name: str
    kind: str
    rule: str
    stores: str
    stacking: str
    valid_days: int
    value_fen: int
    pay_percent: int
    cap_fen: int | None
    threshold_fen: int
    left: int
    ends_at: datetime | None
    state: str
    """`open`, `claimed`, `sold_out`, `over`."""
    coupon_id: int | None
    valid_to: datetime | None
    needs_vehicle: bool
    from_name: str | None
    store_name: str | None


async def of_customer(actor: Actor, customer_id: int) -> list[CouponCard]:
    """A customer's coupons: available, to be claimed, in use, and the newest of the others."""
    authorise(actor, "coupons.read", await _whose(actor, customer_id))
    return [_card(held) for held in await _HELD_BY.all(customer_id)]


async def usable_at(customer_id: int, store_id: int, vehicle_id: int | None) -> list[CouponCard]:
    """The coupons a customer could use in a store, and for this car where they are bound to one; the first to end
    leads. The caller has checked the permission.
    """
    return [
        _card(held)
        for held in await _HELD_BY.all(customer_id)
        if _seen_state(held) is CouponState.AVAILABLE
        and (not held.store_ids or store_id in held.store_ids)
        and (held.vehicle_id is None or held.vehicle_id == vehicle_id)
    ]


async def one(actor: Actor, coupon_id: int) -> CouponCard:
    """One coupon.

    Raises:
        CouponNotFound: it does not exist.
        NotAllowed: it is another customer's.
    """
    held = await _ONE_HELD.first(coupon_id)
    if held is None:
        raise CouponNotFound
    authorise(actor, "coupons.read", await _whose(actor, held.customer_id))
    return _card(held)


async def _whose(actor: Actor, customer_id: int) -> Subject:
    """The subject for reading a customer's coupons: the customer, as their stores' staff and their consultant may."""
    if actor.is_owner:
        return owners_own(customer_id)
    return await people.scope_of(customer_id)


def _card(held: _Held) -> CouponCard:
    state = _seen_state(held)
    return derive(
        CouponCard,
        held,
        group=_GROUPS.get(state, "history"),
        state=state.value,
        kind=held.kind.value,
        rule=terms.rule_words(held),
        stores=_stores_words(held),
        claim_by=held.claim_by if state is CouponState.ISSUED else None,
        is_passable=held.may_be_passed and state is CouponState.AVAILABLE,
        is_showable=state in (CouponState.AVAILABLE, CouponState.LOCKED),
    )


def _stores_words(template: _Held | _Offered) -> str:
    return terms.stores_words(template, [template.only_store] if template.only_store else [])


_GROUPS = {
    CouponState.AVAILABLE: "available",
    CouponState.FROZEN: "available",
    CouponState.ISSUED: "to_claim",
    CouponState.LOCKED: "in_use",
}


def _seen_state(coupon: _Held) -> CouponState:
    """The state to show: a coupon past its last day shows as expired even before the periodic job has ended it."""
    now = clock.now()
    is_unclaimed_over = coupon.state is CouponState.ISSUED and rules.is_expired(coupon.claim_by, now)
    is_unused_over = (
        coupon.state is CouponState.AVAILABLE and coupon.valid_to is not None and rules.is_expired(coupon.valid_to, now)
    )
    return CouponState.EXPIRED if is_unclaimed_over or is_unused_over else coupon.state


async def offer_page(
    actor: Actor, offer: Offer, *, staff_id: int | None = None, store_id: int | None = None
) -> GiftPage:
    """What an offer shows this customer. `staff_id` is the member of staff who sent it, `store_id` their store.

    Raises:
        CouponNotFound: it is another customer's.
    """
    authorise(actor, "coupons.read", owners_own(actor.id))
    if offer.customer_id is not None and offer.customer_id != actor.id:
        raise CouponNotFound("这张券是送给另一位朋友的。")
    template = await _OFFERED.first(offer.template_id)
    if template is None:
        raise CouponNotFound
    mine = await claiming.of_offer(actor.id, offer)
    left = await budgeting.most_more(template, template.quota - template.issued_count)
    from_name, store_name = await _sender(staff_id, store_id)
    ends = [moment for moment in (offer.expires_at, _ends_at(template)) if moment is not None]
    return GiftPage(
        name=template.name,
        kind=template.kind.value,
        rule=terms.rule_words(template),
        stores=_stores_words(template),
        stacking=terms.stacking_words(template),
        valid_days=template.valid_days,
        value_fen=template.value_fen,
        pay_percent=template.pay_percent,
        cap_fen=template.cap_fen,
        threshold_fen=template.threshold_fen,
        left=left,
        ends_at=mine.claim_by if mine is not None and mine.claimed_at is None else min(ends, default=None),
        state=_offer_state(template, offer, mine, left),
        coupon_id=mine.id if mine is not None else None,
        valid_to=mine.valid_to if mine is not None else None,
        needs_vehicle=template.needs_vehicle,
        from_name=from_name,
        store_name=store_name,
    )


async def pass_page(actor: Actor, token: str) -> GiftPage:
    """What the link of a friend shows: their coupon while it can be taken; who they are is not said.

    Raises:
        PassOver: there is no such link any more.
    """
    coupon = await passing.of_link(actor, token)
    template = await _OFFERED.first(coupon.template_id)
    assert template is not None
    assert coupon.valid_to is not None
    is_mine = coupon.customer_id == actor.id and coupon.given_by_id is not None
    is_open = passing.is_open(coupon)
    return GiftPage(
        name=template.name,
        kind=template.kind.value,
        rule=terms.rule_words(template),
        stores=_stores_words(template),
        stacking=terms.stacking_words(template),
        valid_days=max((clock.local(coupon.valid_to).date() - clock.today()).days, 0),
        value_fen=template.value_fen,
        pay_percent=template.pay_percent,
        cap_fen=template.cap_fen,
        threshold_fen=template.threshold_fen,
        left=int(is_open),
        ends_at=coupon.pass_until,
        state="claimed" if is_mine else "open" if is_open else "over",
        coupon_id=coupon.id if is_mine else None,
        valid_to=coupon.valid_to if is_mine else None,
        needs_vehicle=False,
        from_name="朋友",
        store_name=None,
    )


async def page_without_coupon(actor: Actor, *, staff_id: int | None, store_id: int | None) -> GiftPage:
    """What a link without a coupon shows: who sent it. `state` is no_coupon, and everything about a coupon is empty."""
    authorise(actor, "coupons.read", owners_own(actor.id))
    from_name, store_name = await _sender(staff_id, store_id)
    return GiftPage(
        name="",
        kind="",
        rule="",
        stores="",
        stacking="",
        valid_days=0,
        value_fen=0,
        pay_percent=100,
        cap_fen=None,
        threshold_fen=0,
        left=0,
        ends_at=None,
        state="no_coupon",
        coupon_id=None,
        valid_to=None,
        needs_vehicle=False,
        from_name=from_name,
        store_name=store_name,
    )


async def _sender(staff_id: int | None, store_id: int | None) -> tuple[str | None, str | None]:
    """The name of the member who sent an offer and the short name of the store, as far as there are any."""
    sender = await database.fetch_one(
        "SELECT s.name, coalesce(t.short_name, h.short_name) AS store FROM staff s "
        "LEFT JOIN store h ON h.id = s.store_id LEFT JOIN store t ON t.id = $2 WHERE s.id = $1",
        staff_id,
        store_id,
    )
    return (sender["name"], sender["store"]) if sender else (None, None)


def _ends_at(template: _Offered) -> datetime | None:
    return clock.end_of_day(template.ends_on) if template.ends_on else None


def _offer_state(template: _Offered, offer: Offer, mine: Coupon | None, left: int) -> str:
    now = clock.now()
    if mine is not None:
        if mine.claimed_at is not None:
            return "claimed"
        return "over" if mine.state is not CouponState.ISSUED or rules.is_expired(mine.claim_by, now) else "open"
    is_over = offer.expires_at is not None and now > offer.expires_at
    if is_over or template.state is not TemplateState.ACTIVE or (template.ends_on or clock.today()) < clock.today():
        return "over"
    return "open" if left > 0 else "sold_out"
