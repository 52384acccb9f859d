"""Bills and bookings lock coupons, redeem them when they are paid, and release them otherwise."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from tortoise.exceptions import IntegrityError

from crm_core.coupons import rules, terms
from crm_core.coupons.errors import CouponNotFound, CouponNotUsable
from crm_core.coupons.events import CouponRedeemed, CouponRestored
from crm_core.coupons.issuing import facts
from crm_core.coupons.models import Coupon, CouponTemplate, Redemption
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import Actor, system
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state


async def usable_by(customer_id: int, *, held_for: Collection[str] = ()) -> list[rules.Coupon]:
    """A customer's coupons that may matter for a bill: claimed, and neither used nor ended.

    Locks by one of `held_for` count as the bill's own. Whether a coupon can really be used is decided by
    `discounting.why_not`.
    """
    coupons = (
        await Coupon.filter(customer_id=customer_id)
        .exclude(state__in=(CouponState.REDEEMED, CouponState.EXPIRED, CouponState.VOID))
        .prefetch_related("template")
        .order_by("valid_to", "id")
    )
    return [terms.as_rule(coupon, coupon.template, held_for=held_for) for coupon in coupons]


async def lock(
    customer_id: int,
    coupon_ids: Sequence[int],
    about: str,
    *,
    until: datetime | None = None,
    taking_over_from: Collection[str] = (),
) -> None:
    """Lock coupons for `about` (a bill or a booking), in the running transaction. Its existing locks are kept.

    `taking_over_from`: things whose locks it may take over, e.g. the booking of the same visit.

    Raises:
        CouponNotFound: a coupon is not this customer's.
        CouponNotUsable: one is unclaimed, ended, expired, or locked by something else.
    """
    now = clock.now()
    # Coupons are always locked in the same order, so that two bills of one owner cannot deadlock.
    for coupon_id in sorted(set(coupon_ids)):
        coupon = await Coupon.select_for_update().get_or_none(id=coupon_id, customer_id=customer_id)
        if coupon is None:
            raise CouponNotFound
        is_held = coupon.state is CouponState.LOCKED and coupon.locked_for in {about, *taking_over_from}
        if not is_held:
            is_over = coupon.valid_to is not None and rules.is_expired(coupon.valid_to, now)
            if coupon.state is not CouponState.AVAILABLE or is_over:
                raise CouponNotUsable(reason=coupon.state.value, coupon_id=coupon.id)
            coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "lock")
        coupon.locked_for, coupon.locked_until = about, until
        coupon.version += 1
        await coupon.save()


async def release(about: str, *, keep: Collection[int] = ()) -> None:
    """Release the coupons locked by `about`, except `keep`. A coupon whose last day has passed expires at once."""
    held = await Coupon.filter(locked_for=about, state=CouponState.LOCKED).select_for_update().order_by("id")
    for coupon in held:
        if coupon.id not in keep:
            await release_one(coupon)


async def prolong(about: str, until: datetime) -> None:
    """Prolong the locks of a booking that was moved to another time."""
    await Coupon.filter(locked_for=about, state=CouponState.LOCKED).update(locked_until=until)


async def release_one(coupon: Coupon) -> None:
    """Release one coupon; the caller has locked its row."""
    assert coupon.valid_to is not None
    now = clock.now()
    coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "release")
    if rules.state_after_release(coupon.valid_to, now) is CouponState.EXPIRED:
        coupon.state, coupon.ended_at, coupon.end_reason = CouponState.EXPIRED, now, "占用结束时已过期"
    coupon.locked_for, coupon.locked_until = "", None
    coupon.version += 1
    await coupon.save()


async def redeem(
    actor: Actor,
    coupon_id: int,
    about: str,
    *,
    store_id: int,
    discount_fen: int,
    vehicle_id: int | None = None,
) -> Redemption:
    """核销: redeem a coupon that `about` has locked, once. A repetition by the same holder returns the same redemption.

    Raises:
        CouponNotFound: it does not exist.
        CouponNotUsable: it is not locked by `about`, or is for another store or another car.
    """
    async with database.transaction():
        coupon = await Coupon.select_for_update().get_or_none(id=coupon_id)
        if coupon is None:
            raise CouponNotFound
        live = await Redemption.get_or_none(coupon_id=coupon_id, undone_at=None)
        if live is not None and live.about == about:
            return live
        template = await CouponTemplate.get(id=coupon.template_id)
        is_elsewhere = bool(template.store_ids) and store_id not in template.store_ids
        is_other_car = coupon.vehicle_id is not None and coupon.vehicle_id != vehicle_id
        if live is not None or coupon.locked_for != about or is_elsewhere or is_other_car:
            raise CouponNotUsable(reason=coupon.state.value, coupon_id=coupon.id)
        coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "redeem")
        coupon.locked_for, coupon.locked_until = "", None
        coupon.redeemed_at = clock.now()
        coupon.version += 1
        await coupon.save()
        redemption = await _write(
            coupon_id=coupon.id,
            about=about,
            store_id=store_id,
            staff_id=actor.id if actor.kind == "staff" else None,
            discount_fen=discount_fen,
            redeemed_at=clock.now(),
        )
        await record(
            CouponRedeemed(
                **facts(str(actor), coupon, template), store_id=store_id, about=about, discount_fen=discount_fen
            )
        )
        return redemption


async def _write(**columns: Any) -> Redemption:
    try:
        async with database.savepoint():
            return await Redemption.create(**columns)
    except IntegrityError as error:
        raise CouponNotUsable(reason="REDEEMED") from error


async def note_refund(coupon_id: int, about: str, *, cancelled_fen: int) -> None:
    """Store how much of the coupon's discount was on lines that were refunded since, and so cost nothing."""
    await Redemption.filter(coupon_id=coupon_id, about=about, undone_at=None).update(cancelled_fen=cancelled_fen)


async def restore(coupon_id: int, about: str) -> bool:
    """Restore a coupon after all its lines were refunded; False when its template does not allow that."""
    async with database.transaction():
        coupon = await Coupon.select_for_update().get_or_none(id=coupon_id)
        redemption = await Redemption.get_or_none(coupon_id=coupon_id, about=about, undone_at=None)
        if coupon is None or redemption is None or coupon.state is not CouponState.REDEEMED:
            return False
        template = await CouponTemplate.get(id=coupon.template_id)
        if not template.restores_on_refund:
            return False
        assert coupon.valid_to is not None
        now = clock.now()
        redemption.undone_at = now
        await redemption.save()
        coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "restore")
        coupon.valid_to = rules.restored_valid_to(coupon.valid_to, now, await group_policy(rules.CouponPolicy))
        coupon.redeemed_at = None
        coupon.version += 1
        await coupon.save()
        await record(CouponRestored(**facts(str(system("full_refund")), coupon, template)))
        return True
