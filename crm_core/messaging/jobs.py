"""The jobs of messaging: messages are delivered after the verb's commit, and cards are updated."""

from functools import partial

from crm_core.messaging import cards, delivery, media, pushes
from crm_core.messaging.service import DELIVER, NOT_UPDATED, UNDELIVERED, UPDATE_CARD
from foundation import jobs


@jobs.job(DELIVER, can_be_urgent=True, is_hint=True)
async def deliver(*, message_id: int) -> None:
    """Deliver one message."""
    await UNDELIVERED.attempt(message_id, partial(delivery.deliver, message_id))


@jobs.job(UPDATE_CARD, is_hint=True)
async def update_card(*, message_id: int) -> None:
    """Update one card after its question was settled."""
    await NOT_UPDATED.attempt(message_id, partial(cards.update_card, message_id))


@jobs.job("messaging.sweep")
async def sweep() -> None:
    """Run each minute: give up on messages whose report has not come in time."""
    await delivery.sweep()


@jobs.job("messaging.refresh_pictures")
async def refresh_pictures() -> None:
    """Run each hour: upload the pictures before they are needed."""
    await media.refresh_pictures()


@jobs.job("messaging.purge_pushes", priority=jobs.BULK)
async def purge_pushes() -> None:
    """Run each night: delete old pushes of the mini program."""
    await pushes.purge()
