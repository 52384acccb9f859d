"""The jobs of requests for invoices."""

from functools import partial

from crm_core.invoicing import ordering, requests
from foundation.jobs import job


@job("invoicing.remind")
async def remind() -> None:
    """Tell managers of requests that are overdue."""
    await requests.remind()


@job(ordering.FOLLOW, is_hint=True)
async def follow_order(invoice_request_id: int) -> None:
    """Ask the service that issues invoices what has become of an order."""
    await ordering.OWED.attempt(invoice_request_id, partial(ordering.follow, invoice_request_id))
