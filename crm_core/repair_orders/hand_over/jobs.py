"""The periodic job of hand-overs."""

from crm_core.repair_orders.hand_over import leaving
from foundation.jobs import job


@job("repair_orders.auto_confirm_hand_overs")
async def auto_confirm_hand_overs() -> None:
    """End the visits of cars that have left but whose hand-over nobody confirmed."""
    await leaving.end_forgotten()
