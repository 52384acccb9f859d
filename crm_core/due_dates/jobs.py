"""The jobs of due dates."""

from crm_core.due_dates import counting
from foundation.jobs import job


@job("due_dates.recount")
async def recount() -> None:
    """Compute the dates of every car that changed; a run that dies leaves the rest noted for the next."""
    while await counting.recount():
        pass


@job("due_dates.roll_on")
async def roll_on() -> None:
    """Let inferred inspection dates that passed long ago make room for the next ones."""
    await counting.note_passed()
