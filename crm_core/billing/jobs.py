"""What the clock does to hand-overs."""

from crm_core.billing import hand_over
from foundation.jobs import job


@job("billing.auto_confirm_hand_overs")
async def auto_confirm_hand_overs() -> None:
    """Confirm hand-overs whose car left two days ago and whose owner forgot."""
    while await hand_over.auto_confirm_due() == hand_over.BATCH:
        pass
