"""Appointments from a card: the advisor presses 确认."""

from bot.cards import button
from crm_core.appointments import service
from crm_core.dealerships.actors import Actor


@button("confirm", "appointment")
async def confirm(actor: Actor, appointment_id: int, version: int) -> None:
    """Confirm the requested slot, if the card showed the newest version."""
    await service.confirm(actor, appointment_id, expected_version=version)
