"""Whether the dispute that a waiting card is about still waits for an answer."""

from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import WAITING
from crm_core.messaging.conditions import Said, condition


@condition
async def bill_dispute_stands(said: Said) -> bool:
    """The dispute is neither answered nor withdrawn."""
    return await BillDispute.filter(id=said.matter_id, state__in=WAITING).exists()
