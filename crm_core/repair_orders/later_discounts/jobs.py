"""What follows an approval."""

from crm_core.repair_orders.later_discounts import giving
from foundation.jobs import job


@job(giving.APPLY)
async def give_approved_discount(discount_id: int, decided_by: int) -> None:
    """Give what somebody agreed to."""
    await giving.give_approved(discount_id, decided_by)
