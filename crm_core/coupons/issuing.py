"""Issuing coupons. One statement checks and reduces the stock, and unique indexes enforce the limits."""

from collections.abc import Sequence
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from crm_core.coupons import budgeting, rules
from crm_core.coupons.errors import LimitReached, NotGivenHere, NotOnOffer, SoldOut, TemplateNotFound
from crm_core.coupons.events import CouponFacts, CouponIssued
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState, TemplateState
from crm_core.coupons.whose import stores_of, subject_of
from crm_core.customers import people
from crm_core.customers.events import FriendAdded
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, is_allowed, subject
from foundation import clock, database
from foundation.events import record, record_many
from foundation.reading import literals

NEW_FRIEND = "new_friend"


def held_by(customer_id: int) -> Q:
    """The coupons that count against a customer's limit: theirs, and those they passed on."""
    return Q(customer_id=customer_id) | Q(given_by_id=customer_id)


async def free_number(template: CouponTemplate, customer_id: int) -> int:
    """The number that the customer's next coupon of the template gets.

    Raises:
        LimitReached: they have had as many as a person may have.
    """
    held = await Coupon.filter(held_by(customer_id), template_id=template.id).exclude(state=CouponState.VOID)
    # A merge may have left gaps, or numbers above the limit, so count the coupons instead of looking at their numbers.
    if len(held) >= template.per_person:
        raise LimitReached
    taken = {coupon.person_no for coupon in held}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


async def gift(actor: Actor, template_id: int, customer_id: int) -> Coupon:
    """A member of staff gives a customer of their store a coupon that is valid there; it waits to be claimed.

    Raises:
        NotGivenHere: the coupon is valid in none of the giver's stores.
        NotAllowed: the customer belongs to another store.
        CustomerNotFound, SoldOut, NotOnOffer, LimitReached, TemplateNotFound.
    """
    async with database.transaction():
        customer = await people.lock_for(actor, "coupons.gift", customer_id)
        template = await CouponTemplate.get_or_none(id=template_id)
        if template is None:
            raise TemplateNotFound
        stores = await stores_of(template)
        if not any(is_allowed(actor, "coupons.gift", subject(store_id=store_id)) for store_id in stores):
            raise NotGivenHere
        return await issue(actor, template_id, customer.id, source="gift")


async def issue(
    actor: Actor,
    template_id: int,
    customer_id: int,
    *,
    source: str,
    source_ref: str = "",
    campaign_token: str = "",
) -> Coupon:
    """Issue one coupon from the stock to a customer, in the running transaction. The same `source_ref` returns the same
    coupon.

    Raises:
        SoldOut, BudgetUsedUp, NotOnOffer, LimitReached, TemplateNotFound.
    """
    if source_ref:
        # If a customer taps twice at once, the second request waits here and then finds the first one's coupon.
        await database.advisory_lock(f"coupon:{template_id}:{customer_id}")
        if had := await _of_source(template_id, customer_id, source_ref):
            return had
    template = await _take_from_stock(template_id)
    coupon = await _create(template, customer_id, source, source_ref, campaign_token)
    await record(CouponIssued(**facts(str(actor), coupon, template)))
    return coupon


async def issue_many(
    actor: Actor,
    template_id: int,
    customer_ids: Sequence[int],
    *,
    source: str,
    source_ref: str,
    campaign_token: str = "",
) -> dict[int, int]:
    """Issue coupons to many customers in one transaction. Returns coupon ids by customer, including earlier ones.

    Customers who have reached their limit, or for whom no stock was left, are missing in the result. A repetition
    changes nothing. Pass about a thousand at a time, since the template's row is locked meanwhile.

    Raises:
        NotOnOffer, TemplateNotFound.
    """
    async with database.transaction():
        template = await CouponTemplate.select_for_update().get_or_none(id=template_id)
        if template is None:
            raise TemplateNotFound
        authorise(actor, "coupons.gift", await subject_of(template))
        _assert_on_offer(template)
        have = await database.fetch(
            "SELECT p.person AS customer_id, max(c.person_no) AS highest, count(*) AS held, "
            "  max(c.id) FILTER (WHERE c.source_ref = $3 AND p.person = c.customer_id) AS mine, "
            "  bool_or(c.source_ref = $3 AND p.person <> c.customer_id) AS was_passed_on "
            "FROM coupon c CROSS JOIN LATERAL (VALUES (c.customer_id), (c.given_by_id)) p (person) "
            "WHERE c.template_id = $1 AND p.person = ANY($2) "
            f"  AND c.state <> {literals(CouponState.VOID)} GROUP BY p.person",
            template_id,
            list(customer_ids),
            source_ref,
        )
        held = {row["customer_id"]: row for row in have}
        wanting = [
            customer_id
            for customer_id in dict.fromkeys(customer_ids)
            if customer_id not in held
            or (
                held[customer_id]["mine"] is None
                and not held[customer_id]["was_passed_on"]
                and held[customer_id]["held"] < template.per_person
            )
        ][: template.quota - template.issued_count]
        wanting = wanting[: await budgeting.most_more(template, len(wanting))]
        now = clock.now()
        made = await database.fetch(
            "INSERT INTO coupon (template_id, customer_id, person_no, state, source, source_ref, campaign_token, "
            "  openid, issued_at, claim_by, locked_for, end_reason, version) "
            f"SELECT $1, w.customer_id, w.person_no, {literals(CouponState.ISSUED)}, $4, $5, $6, '', $7, $8, '', '', 1 "
            "FROM unnest($2::bigint[], $3::int[]) AS w (customer_id, person_no) "
            "ON CONFLICT DO NOTHING RETURNING id, customer_id",
            template_id,
            wanting,
            [held[customer_id]["highest"] + 1 if customer_id in held else 1 for customer_id in wanting],
            source,
            source_ref,
            campaign_token,
            now,
            _claim_by(template),
        )
        await database.execute(
            "UPDATE coupon_template SET issued_count = issued_count + $2 WHERE id = $1", template_id, len(made)
        )
        await record_many(
            [
                CouponIssued(
                    actor=str(actor),
                    customer_id=row["customer_id"],
                    coupon_id=row["id"],
                    template_id=template.id,
                    coupon_name=template.name,
                    campaign_token=campaign_token,
                )
                for row in made
            ]
        )
        had = {row["customer_id"]: row["mine"] for row in have if row["mine"] is not None}
        return had | {row["customer_id"]: row["id"] for row in made}


async def issue_new_friend_gift(customer_id: int, *, store_id: int | None = None) -> Coupon | None:
    """Issue the welcome coupon for a new WeCom friend, only once per customer; None when there is none to give.

    It runs in the transaction that records the friendship and never raises a refusal: a missing stock must not make us
    lose the friendship.
    """
    template = await CouponTemplate.filter(is_new_friend_gift=True, state=TemplateState.ACTIVE).first()
    if template is None or (template.store_ids and store_id is not None and store_id not in template.store_ids):
        return None
    if await Coupon.exists(template_id=template.id, customer_id=customer_id):
        return None
    try:
        async with database.savepoint():
            return await issue(system(NEW_FRIEND), template.id, customer_id, source=NEW_FRIEND, source_ref=NEW_FRIEND)
    except (SoldOut, NotOnOffer, LimitReached):
        return None


async def welcome_new_friend(event: FriendAdded) -> None:
    """Runs inside the transaction that records a new friendship."""
    assert event.customer_id is not None
    await issue_new_friend_gift(event.customer_id, store_id=event.store_id)


def facts(actor: str, coupon: Coupon, template: CouponTemplate) -> CouponFacts:
    """The facts for `events.CouponEvent`."""
    return CouponFacts(
        actor=actor,
        customer_id=coupon.customer_id,
        coupon_id=coupon.id,
        template_id=template.id,
        coupon_name=template.name,
        campaign_token=coupon.campaign_token,
    )


async def _of_source(template_id: int, customer_id: int, source_ref: str) -> Coupon | None:
    had = (
        await Coupon.filter(held_by(customer_id), template_id=template_id, source_ref=source_ref)
        .exclude(state=CouponState.VOID)
        .order_by("id")
    )
    own = [coupon for coupon in had if coupon.customer_id == customer_id]
    if had and not own:
        raise LimitReached("这张券您已经领过，并且转送给朋友了。")
    return next(iter(own), None)


async def _take_from_stock(template_id: int) -> CouponTemplate:
    """Check and reduce the stock in one statement; the row stays locked until the transaction ends."""
    taken = await database.fetch_value(
        "UPDATE coupon_template SET issued_count = issued_count + 1 "
        f"WHERE id = $1 AND state = {literals(TemplateState.ACTIVE)} AND issued_count < quota "
        "  AND (ends_on IS NULL OR ends_on >= $2) "
        "RETURNING id",
        template_id,
        clock.today(),
    )
    template = await CouponTemplate.get_or_none(id=template_id)
    if template is None:
        raise TemplateNotFound
    if taken is None:
        _assert_on_offer(template)
        raise SoldOut
    await budgeting.assert_bears_one(template)
    return template


def _assert_on_offer(template: CouponTemplate) -> None:
    is_over = template.ends_on is not None and template.ends_on < clock.today()
    if template.state is not TemplateState.ACTIVE or is_over:
        raise NotOnOffer


async def _create(
    template: CouponTemplate, customer_id: int, source: str, source_ref: str, campaign_token: str
) -> Coupon:
    person_no = await free_number(template, customer_id)
    try:
        async with database.savepoint():
            return await Coupon.create(
                template_id=template.id,
                customer_id=customer_id,
                person_no=person_no,
                state=CouponState.ISSUED,
                source=source,
                source_ref=source_ref,
                campaign_token=campaign_token,
                issued_at=clock.now(),
                claim_by=_claim_by(template),
            )
    except IntegrityError as error:
        raise LimitReached from error


def _claim_by(template: CouponTemplate) -> Any:
    return rules.valid_to(clock.now(), template.claim_days, template.ends_on)
