"""The periodic job of disputed lines."""

from crm_core.bill_disputes import disputing
from foundation.jobs import job


@job("bill_disputes.remind")
async def remind() -> None:
    """Tell the managers of disputes that were not answered in time."""
    await disputing.remind()
