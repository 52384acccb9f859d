"""The periodic job of receivables."""

from crm_core.receivables import reminding
from foundation.jobs import job


@job("receivables.remind")
async def remind() -> None:
    """Tell finance of receivables whose next step is late."""
    await reminding.remind()
