"""What the clock does to requests for invoices."""

from crm_core.invoicing import requests
from foundation.jobs import job


@job("invoicing.remind")
async def remind() -> None:
    """Requests that wait beyond their time."""
    await requests.remind()
