"""Claiming: an owner accepts a coupon they were given, which fixes its last day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from crm_core.coupons import issuing, notices, rules
from crm_core.coupons.errors import ClaimOver, CouponNotFound, LimitReached, NotOnOffer, VehicleNeeded
from crm_core.coupons.events import CouponClaimed
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.vehicles.bindings import in_force, is_bound
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state


async def claim(actor: Actor, coupon_id: int, *, vehicle_id: int | None = None) -> Coupon:
    """Claim an issued coupon. A second tap returns the same one.

    Raises:
        ClaimOver: the time to claim is over.
        VehicleNeeded: the coupon is bound to a car, and the owner has none, or has several and named none.
        LimitReached: the car has one already.
        IllegalMove: it was voided or used.
    """
    async with database.transaction():
        coupon = await Coupon.select_for_update().get_or_none(id=coupon_id)
        if coupon is None:
            raise CouponNotFound
        authorise(actor, "coupons.claim", owners_own(coupon.customer_id))
        return await _claim(actor, coupon, vehicle_id)


@dataclass(frozen=True)
class Offer:
    """What a link offers; the links themselves belong to other rooms."""

    template_id: int
    customer_id: int | None = None
    """The only customer who may claim; None if everybody who got the link may."""
    source: str = "campaign"
    source_ref: str = ""
    campaign_token: str = ""
    expires_at: datetime | None = None


async def claim_offer(actor: Actor, offer: Offer, *, vehicle_id: int | None = None) -> Coupon:
    """Claim what a link offers: the coupon that waits for the customer, or one from the stock.

    Raises:
        CouponNotFound: the offer is for another customer.
        NotOnOffer, SoldOut, LimitReached, ClaimOver, VehicleNeeded.
    """
    async with database.transaction():
        authorise(actor, "coupons.claim", owners_own(actor.id))
        if offer.customer_id is not None and offer.customer_id != actor.id:
            raise CouponNotFound("这张券是送给另一位朋友的。")
        if (mine := await of_offer(actor.id, offer)) is not None:
            coupon = await Coupon.select_for_update().get(id=mine.id)
            return await _claim(actor, coupon, vehicle_id)
        if offer.expires_at is not None and clock.now() > offer.expires_at:
            raise NotOnOffer
        issued = await issuing.issue(
            system("claimed_by_link"),
            offer.template_id,
            actor.id,
            source=offer.source,
            source_ref=offer.source_ref,
            campaign_token=offer.campaign_token,
        )
        return await _claim(actor, issued, vehicle_id)


async def of_offer(customer_id: int, offer: Offer) -> Coupon | None:
    """The coupon an offer gave this customer: its own, or one of the template that still waits to be claimed."""
    held = (
        await Coupon.filter(template_id=offer.template_id, customer_id=customer_id)
        .exclude(state=CouponState.VOID)
        .order_by("id")
    )
    own = [coupon for coupon in held if coupon.source_ref == offer.source_ref]
    waiting = [coupon for coupon in held if coupon.state is CouponState.ISSUED]
    return next(iter(own or waiting), None)


async def _claim(actor: Actor, coupon: Coupon, vehicle_id: int | None) -> Coupon:
    if coupon.claimed_at is not None and coupon.state is not CouponState.VOID:
        return coupon
    coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "claim")
    now = clock.now()
    if rules.is_expired(coupon.claim_by, now):
        raise ClaimOver
    template = await CouponTemplate.get(id=coupon.template_id)
    coupon.claimed_at = now
    coupon.openid = actor.openid
    coupon.valid_to = rules.valid_to(now, template.valid_days, template.ends_on)
    coupon.version += 1
    if template.is_vehicle_bound:
        coupon.vehicle_id = await _vehicle(actor, vehicle_id)
        coupon.vehicle_no = await _vehicle_number(template, coupon.vehicle_id)
    try:
        async with database.savepoint():
            await coupon.save()
    except IntegrityError as error:
        raise LimitReached("这辆车已经领过这张券了。") from error
    await record(CouponClaimed(**issuing.facts(str(actor), coupon, template)))
    await notices.tell_claimed(coupon, template)
    return coupon


async def _vehicle(actor: Actor, vehicle_id: int | None) -> int:
    if vehicle_id is not None:
        if not await is_bound(vehicle_id=vehicle_id, customer_id=actor.id):
            raise VehicleNeeded("这辆车还没绑定到您名下。")
        return vehicle_id
    rows = await database.fetch(
        f"SELECT b.vehicle_id FROM binding b WHERE b.customer_id = $1 AND {in_force('b', '$2')}",
        actor.id,
        clock.today(),
    )
    if len(rows) != 1:
        raise VehicleNeeded
    return int(rows[0]["vehicle_id"])


async def _vehicle_number(template: CouponTemplate, vehicle_id: int) -> int:
    held: list[Any] = (
        await Coupon.filter(template_id=template.id, vehicle_id=vehicle_id)
        .exclude(state=CouponState.VOID)
        .values_list("vehicle_no", flat=True)
    )
    number = next(n for n in range(1, len(held) + 2) if n not in held)
    if number > template.per_vehicle:
        raise LimitReached("这辆车已经领过这张券了。")
    return number
