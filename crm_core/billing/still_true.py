"""The condition of messages about a bill."""

from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState
from crm_core.messaging.conditions import Said, condition

_STATES = {
    "bill_due": (BillState.SENT, BillState.CONFIRMED),
    "payment_receipt": (BillState.PAID, BillState.PARTLY_REFUNDED),
}
_SUM = {"bill_due": "total_fen", "payment_receipt": "paid_fen"}


@condition
async def bill_stands(said: Said) -> bool:
    """Whether the bill is still in a state the message fits, and its sum is the one the message names."""
    bill = await Bill.get_or_none(id=said.matter_id)
    if bill is None or bill.state not in _STATES[said.template]:
        return False
    return bool(getattr(bill, _SUM[said.template]) == said.facts["amount_fen"])
