"""The condition of the card of the morning."""

from crm_core.messaging.conditions import Said, condition
from crm_core.tasks import queries


@condition
async def somebody_waits(said: Said) -> bool:
    """Whether the member still has somebody to contact today."""
    return (await queries.due_today(said.matter_id)).total > 0
