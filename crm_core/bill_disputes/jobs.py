"""What the clock does to disputed lines."""

from crm_core.bill_disputes import disputing
from foundation.jobs import job


@job("bill_disputes.remind")
async def remind() -> None:
    """Disputes nobody answered in time."""
    await disputing.remind()
