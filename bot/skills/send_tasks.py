"""Mass-send tasks from a card: 我不方便发."""

from bot.cards import button
from campaigns.broadcasts import tasks
from crm_core.dealerships.actors import Actor


@button("decline", "send_task")
async def decline(actor: Actor, send_task_id: int, version: int) -> None:
    """Decline the task; the broadcast's author and the salesperson's managers are told."""
    await tasks.decline(actor, send_task_id, version)
