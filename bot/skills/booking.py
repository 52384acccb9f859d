"""预约 in the chat: a member writes whom, when and what for, and presses 约 on the card that follows."""

from bot.answering import listens
from bot.cards import button
from crm_core.booking_talks import offers, talking
from crm_core.dealerships.actors import Actor


@listens
async def hear(actor: Actor, words: str) -> list[str] | None:
    """Go on with the talk, or begin one."""
    return await talking.turn(actor, words)


@button("book", "booking_talk")
async def book(actor: Actor, talk_id: int, version: int) -> None:
    """Make the booking of the card."""
    await offers.take(actor, talk_id, version)
