"""A complaint from a card: the first who presses 我来处理 has it."""

from bot.cards import button
from crm_core.dealerships.actors import Actor
from crm_core.surveys import complaints


@button("take", "complaint")
async def take(actor: Actor, complaint_id: int, version: int) -> None:
    """Take the complaint up; one taken before says by whom."""
    await complaints.acknowledge(actor, complaint_id)
