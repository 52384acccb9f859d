"""Coupons whose car is sold, that expire, or whose owners are reminded before they expire."""

from datetime import timedelta

from crm_core.coupons import notices, rules, using
from crm_core.coupons.events import CouponExpired, CouponVoided
from crm_core.coupons.issuing import facts
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.dealerships.actors import system
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state
from foundation.reading import literals

BATCH = 500
"""Coupons handled by one call; the next call takes the rest."""
EXPIRING = system("coupon_expired")


async def end_of_car(vehicle_id: int, customer_id: int, reason: str) -> None:
    """Void a customer's coupons for a car they no longer own, in the running transaction.

    Coupons that are bound to no car are kept, and one that a bill has locked lasts as long as that bill.
    """
    bound = Coupon.select_for_update().filter(
        vehicle_id=vehicle_id, customer_id=customer_id, state__in=[CouponState.ISSUED, CouponState.AVAILABLE]
    )
    for coupon in await bound.prefetch_related("template").order_by("id"):
        coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "void")
        coupon.ended_at, coupon.end_reason = clock.now(), reason
        coupon.version += 1
        await coupon.save()
        await record(CouponVoided(**facts(str(system("vehicle_sold")), coupon, coupon.template), reason=reason))


async def expire_due() -> int:
    """Expire coupons that were not claimed or used in time, except those locked by a bill or a booking; returns how
    many.
    """
    # The last second of the day still counts.
    over = clock.now() - timedelta(seconds=1)
    async with database.transaction():
        rows = await database.fetch(
            f"UPDATE coupon SET state = {literals(CouponState.EXPIRED)}, ended_at = $1, end_reason = '到期', "
            "  version = version + 1 "
            f"WHERE id IN (SELECT id FROM coupon WHERE (state = {literals(CouponState.ISSUED)} AND claim_by <= $2) "
            f"  OR (state = {literals(CouponState.AVAILABLE)} AND valid_to <= $2) "
            "  ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED) "
            "RETURNING id, claimed_at",
            clock.now(),
            over,
            BATCH,
        )
        # A coupon that was never claimed is not mentioned in the customer's timeline.
        claimed = [row["id"] for row in rows if row["claimed_at"] is not None]
        for coupon in await Coupon.filter(id__in=claimed).prefetch_related("template").order_by("id"):
            await record(CouponExpired(**facts(str(EXPIRING), coupon, coupon.template)))
    return len(rows)


async def release_lapsed() -> int:
    """Release the locks of bookings that are long past, and return how many."""
    async with database.transaction():
        held = (
            await Coupon.filter(state=CouponState.LOCKED, locked_until__lte=clock.now())
            .select_for_update(skip_locked=True)
            .limit(BATCH)
        )
        for coupon in held:
            await using.release_one(coupon)
    return len(held)


async def remind_due() -> int:
    """Remind owners of coupons that expire soon: on several days before, or only once if they allow few messages."""
    today, policy = clock.today(), await group_policy(rules.CouponPolicy)
    first = max(*policy.reminder_days_before, policy.single_reminder_days_before)
    last = clock.end_of_day(today + timedelta(days=first))
    ending = (
        await Coupon.filter(state=CouponState.AVAILABLE, valid_to__gt=clock.now(), valid_to__lte=last)
        .prefetch_related("template")
        .order_by("valid_to", "id")
    )
    reminded = 0
    for coupon in ending:
        assert coupon.valid_to is not None
        days_left = (clock.local(coupon.valid_to).date() - today).days
        if days_left in rules.reminder_days_before(await notices.accepts_left(coupon.openid), policy):
            async with database.transaction():
                reminded += await notices.remind(coupon, coupon.template, days_left)
    return reminded
