"""The jobs of reconciliation: owe the statements of days that are over, and fetch what is owed."""

from functools import partial

from crm_core.reconciliation import comparing
from foundation.jobs import job


@job("reconciliation.open_days")
async def open_days() -> None:
    """Owe the statement of each day that is over."""
    await comparing.open_days()


@job(comparing.FETCH, is_hint=True)
async def fetch(*, day_id: int) -> None:
    """Fetch and compare one day."""
    await comparing.OWED.attempt(day_id, partial(comparing.fetch, day_id))
