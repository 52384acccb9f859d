"""Messages leave in jobs, after the commit that wished for them."""

from datetime import datetime

from crm_core.messaging import cards, delivery, media, pushes
from crm_core.messaging.service import DELIVER, UPDATE_CARD
from foundation import jobs


@jobs.job(DELIVER, can_be_urgent=True)
async def deliver(*, message_id: int) -> None:
    """Bring one message out."""
    await delivery.deliver(message_id)


@jobs.job(UPDATE_CARD)
async def update_card(*, message_id: int, outcome: str, who: str, at: str) -> None:
    """Update one card after what it asked was settled."""
    await cards.update_card(message_id, outcome=outcome, who=who, at=datetime.fromisoformat(at))


@jobs.job("messaging.sweep")
async def sweep() -> None:
    """By the clock, each minute: what was left lying gets a job again."""
    await delivery.sweep()


@jobs.job("messaging.refresh_pictures")
async def refresh_pictures() -> None:
    """By the clock, each hour: pictures are uploaded before they are needed."""
    await media.refresh_pictures()


@jobs.job("messaging.purge_pushes", priority=jobs.BULK)
async def purge_pushes() -> None:
    """By the clock, nightly: forget the mini program's pushes of long ago."""
    await pushes.purge()
