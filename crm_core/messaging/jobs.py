"""Messages leave in jobs, after the commit that wished for them."""

from functools import partial

from crm_core.messaging import cards, delivery, media, pushes
from crm_core.messaging.service import DELIVER, NOT_UPDATED, UNDELIVERED, UPDATE_CARD
from foundation import jobs


@jobs.job(DELIVER, can_be_urgent=True, is_hint=True)
async def deliver(*, message_id: int) -> None:
    """Bring one message out."""
    await UNDELIVERED.attempt(message_id, partial(delivery.deliver, message_id))


@jobs.job(UPDATE_CARD, is_hint=True)
async def update_card(*, message_id: int) -> None:
    """Update one card after what it asked was settled."""
    await NOT_UPDATED.attempt(message_id, partial(cards.update_card, message_id))


@jobs.job("messaging.sweep")
async def sweep() -> None:
    """By the clock, each minute: an outcome nobody will report any more."""
    await delivery.sweep()


@jobs.job("messaging.refresh_pictures")
async def refresh_pictures() -> None:
    """By the clock, each hour: pictures are uploaded before they are needed."""
    await media.refresh_pictures()


@jobs.job("messaging.purge_pushes", priority=jobs.BULK)
async def purge_pushes() -> None:
    """By the clock, nightly: forget the mini program's pushes of long ago."""
    await pushes.purge()
