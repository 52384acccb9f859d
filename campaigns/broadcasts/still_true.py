"""Whether a task that a salesperson is asked to send still waits."""

from campaigns.broadcasts.models import BatchState, SendBatch
from crm_core.messaging.conditions import Said


async def send_task_stands(said: Said) -> bool:
    """It lies in 群发助手, neither confirmed nor handed on nor taken back."""
    return await SendBatch.filter(id=said.matter_id, state=BatchState.CREATED).exists()
