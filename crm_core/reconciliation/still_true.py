"""The condition of messages about days that do not agree."""

from crm_core.messaging.conditions import Said, condition
from crm_core.reconciliation.models import ReconciliationDifference


@condition
async def reconciliation_day_differs(said: Said) -> bool:
    """Whether something of the day still waits for a reason."""
    return await ReconciliationDifference.exists(day_id=said.matter_id, settled_at__isnull=True)
