"""Whether a disputed line that staff are told of still waits for an answer."""

from crm_core.bill_disputes.models import BillDispute
from crm_core.bill_disputes.rules import WAITING
from crm_core.messaging.conditions import Said, condition


@condition
async def bill_dispute_stands(said: Said) -> bool:
    """Nobody has answered it, and its owner has not taken it back."""
    return await BillDispute.filter(id=said.matter_id, state__in=WAITING).exists()
