"""The periodic job of requests for invoices."""

from crm_core.invoicing import requests
from foundation.jobs import job


@job("invoicing.remind")
async def remind() -> None:
    """Tell managers of requests that are overdue."""
    await requests.remind()
