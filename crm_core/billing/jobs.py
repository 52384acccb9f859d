"""What the clock does to hand-overs."""

from crm_core.billing import leaving
from foundation.jobs import job


@job("billing.auto_confirm_hand_overs")
async def auto_confirm_hand_overs() -> None:
    """End the visits of cars that are gone and whose hand-over nobody confirmed."""
    await leaving.end_forgotten()
