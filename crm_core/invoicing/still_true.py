"""Whether the request that a waiting card is about still waits."""

from crm_core.invoicing.models import InvoiceRequest
from crm_core.invoicing.rules import NOT_ISSUED_YET
from crm_core.messaging.conditions import Said, condition


@condition
async def invoice_request_stands(said: Said) -> bool:
    """The request is neither issued, refused nor withdrawn."""
    return await InvoiceRequest.filter(id=said.matter_id, state__in=NOT_ISSUED_YET).exists()
