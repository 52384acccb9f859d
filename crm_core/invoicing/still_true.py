"""Whether a request that cashiers are told of still waits."""

from crm_core.invoicing.models import InvoiceRequest
from crm_core.invoicing.rules import InvoiceState
from crm_core.messaging.conditions import Said, condition


@condition
async def invoice_request_stands(said: Said) -> bool:
    """Nobody has issued or refused it, and its owner has not taken it back."""
    return await InvoiceRequest.filter(id=said.matter_id, state=InvoiceState.REQUESTED).exists()
