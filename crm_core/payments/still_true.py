"""The condition of messages about money that moved without us."""

from crm_core.messaging.conditions import Said, condition
from crm_core.payments.models import OutsideMovement


@condition
async def outside_movement_stands(said: Said) -> bool:
    """Whether the case still waits for finance."""
    return await OutsideMovement.exists(id=said.matter_id, settled_at__isnull=True)
