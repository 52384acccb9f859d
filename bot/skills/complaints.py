"""Complaints from a card: the first member who presses 我来处理 takes the complaint up."""

from bot.cards import button
from crm_core.dealerships.actors import Actor
from crm_core.surveys import complaints


@button("take", "complaint")
async def take(actor: Actor, complaint_id: int, version: int) -> None:
    """Take up the complaint; if somebody did before, the presser is told who."""
    await complaints.acknowledge(actor, complaint_id)
