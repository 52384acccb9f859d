"""What must still be true of the bot's cards when they leave."""

from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.messaging.conditions import Said, condition


@condition
async def booking_offer_stands(said: Said) -> bool:
    """Whether the member still waits to press this very offer."""
    return await BookingTalk.exists(id=said.matter_id, state=TalkState.OFFERED, version=said.version)
