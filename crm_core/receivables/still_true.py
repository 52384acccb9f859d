"""Whether the receivable that a waiting card is about is still late."""

from crm_core.messaging.conditions import Said, condition
from crm_core.receivables.models import Receivable
from crm_core.receivables.rules import ReceivableState
from foundation import clock


@condition
async def receivable_is_late(said: Said) -> bool:
    """It is not settled, and nothing was done since."""
    return (
        await Receivable.filter(id=said.matter_id, due_on__lt=clock.today())
        .exclude(state=ReceivableState.SETTLED)
        .exists()
    )
