"""What follows an approval."""

from crm_core.repair_orders.later_discounts import giving
from foundation.jobs import job


@job(giving.APPLY, is_hint=True)
async def give_agreed_discount(discount_id: int) -> None:
    """Give what somebody agreed to."""
    await giving.OWED.attempt(discount_id, lambda: giving.give_agreed(discount_id))
