"""Approvals from a card: 同意 and 驳回, on the version the card showed."""

from bot.cards import button
from crm_core.approvals import service
from crm_core.dealerships.actors import Actor


@button("approve", "approval")
async def approve(actor: Actor, approval_id: int, version: int) -> None:
    """Agree to what the card showed."""
    await service.decide(actor, approval_id, agree=True, version_seen=version)


@button("refuse", "approval")
async def refuse(actor: Actor, approval_id: int, version: int) -> None:
    """Refuse what the card showed."""
    await service.decide(actor, approval_id, agree=False, version_seen=version)
