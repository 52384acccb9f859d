"""What is owed to targets, found again by the timetable as long as it is owed."""

from typing import Final

from crm_core.webhooks import sending
from crm_core.webhooks.sending import OPEN
from foundation.jobs import job
from foundation.owed import Debt

SEND: Final = "webhooks.send"
OWED: Final = Debt("webhook_delivery", open_when=OPEN, since="created_at", job=SEND, argument="delivery_id")


@job(SEND, is_hint=True)
async def send(delivery_id: int) -> None:
    """Try one delivery, if it is its turn."""
    if following := await sending.send(delivery_id):
        await OWED.hint([following])


@job("webhooks.forget_old")
async def forget_old() -> None:
    """Delete what is older than a month, with its tries; what is still owed to a paused target too."""
    await sending.forget_old()
