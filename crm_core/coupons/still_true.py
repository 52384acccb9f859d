"""The conditions of messages about a coupon."""

from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponState, TemplateState
from crm_core.messaging.conditions import Said, condition
from foundation import clock


@condition
async def coupon_stands(said: Said) -> bool:
    """Whether the coupon can be used, until the day the message names."""
    coupon = await Coupon.get_or_none(id=said.matter_id)
    if coupon is None or coupon.state is not CouponState.AVAILABLE or coupon.valid_to is None:
        return False
    return bool(clock.local(coupon.valid_to).date().isoformat() == said.facts["valid_until"])


@condition
async def coupon_is_void(said: Said) -> bool:
    """Whether the coupon is voided."""
    return await Coupon.exists(id=said.matter_id, state=CouponState.VOID)


@condition
async def coupon_budget_is_used_up(said: Said) -> bool:
    """Whether the template is still live with the budget its author was told of."""
    return await CouponTemplate.exists(
        id=said.matter_id, state=TemplateState.ACTIVE, budget_fen=said.facts["amount_fen"]
    )
