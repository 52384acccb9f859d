"""冻结: coupons that somebody looks into cannot be used meanwhile; nothing is taken from their owners."""

from collections.abc import Collection

from crm_core.coupons import rules
from crm_core.coupons.errors import CouponNotFound, CouponNotUsable
from crm_core.coupons.events import CouponFrozen, CouponUnfrozen
from crm_core.coupons.issuing import facts
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState
from crm_core.customers import people
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def freeze(actor: Actor, coupon_ids: Collection[int], why: str) -> None:
    """Freeze claimed coupons of customers of the actor's stores, all or none; a coupon that is frozen already stays so.

    Raises:
        CouponNotUsable: one is unclaimed, used, ended or locked by a bill, which decides about it first.
        CouponNotFound, NotAllowed.
    """
    async with database.transaction():
        for coupon_id in sorted(set(coupon_ids)):
            coupon = await _locked(actor, coupon_id)
            if coupon.state is CouponState.FROZEN:
                continue
            if coupon.state is not CouponState.AVAILABLE:
                raise CouponNotUsable(
                    "只能冻结已领取、还没用的券。正被账单或预约占用的，先收回那边。",
                    reason=coupon.state.value,
                    coupon_id=coupon.id,
                )
            coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "freeze")
            coupon.frozen_why = why
            await _save(coupon)
            await audit.note(actor, "coupons.freeze", Ref("coupon", coupon.id), reason=why)
            await record(CouponFrozen(**facts(str(actor), coupon, coupon.template), why=why))


async def unfreeze(actor: Actor, coupon_id: int, *, expected_version: int) -> None:
    """Give a frozen coupon back to its owner, for a week at least, since they could not use it meanwhile.

    Raises:
        IllegalMove: it is not frozen.
        CouponNotFound, NotAllowed, StaleVersion.
    """
    async with database.transaction():
        coupon = await _locked(actor, coupon_id)
        if coupon.version != expected_version:
            raise StaleVersion(current_version=coupon.version, current_state=coupon.state.value)
        coupon.state = next_state(rules.COUPON_MOVES, coupon.state, "unfreeze")
        assert coupon.valid_to is not None
        coupon.valid_to = rules.restored_valid_to(coupon.valid_to, clock.now(), await group_policy(rules.CouponPolicy))
        coupon.frozen_why = ""
        await _save(coupon)
        await audit.note(actor, "coupons.unfreeze", Ref("coupon", coupon.id))
        await record(CouponUnfrozen(**facts(str(actor), coupon, coupon.template)))


async def _locked(actor: Actor, coupon_id: int) -> Coupon:
    coupon = await Coupon.select_for_update().get_or_none(id=coupon_id)
    if coupon is None:
        raise CouponNotFound
    authorise(actor, "coupons.freeze", await people.scope_of(coupon.customer_id))
    await coupon.fetch_related("template")
    return coupon


async def _save(coupon: Coupon) -> None:
    coupon.version += 1
    await coupon.save()
