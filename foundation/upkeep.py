"""Nightly jobs of `foundation`: stored answers and ticks are deleted when they are no longer needed."""

from datetime import timedelta
from typing import Final

from foundation import clock, database, media
from foundation.jobs import BULK, job

ANSWERS_KEPT: Final = timedelta(days=7)
"""A phone that was off repeats a request within days, never after a week (house rule)."""
TICKS_KEPT: Final = timedelta(days=90)
"""Long enough for people to see what ran in a quarter; the scheduler itself needs only the last tick of each entry."""


@job("media.take_over_earlier_files", priority=BULK)
async def take_over_earlier_files() -> None:
    """Clean the photos that an earlier version stored with their metadata."""
    await media.take_over_earlier_files()


@job("foundation.forget_old", priority=BULK)
async def forget_old() -> None:
    """Delete old answers stored for idempotency keys, and old ticks of the timetable."""
    await database.execute("DELETE FROM idempotent_answer WHERE created_at < $1", clock.now() - ANSWERS_KEPT)
    await database.execute(
        # The last tick of each entry is kept, since it tells the scheduler where to go on.
        "DELETE FROM tick WHERE due_at < $1 "
        "AND due_at < (SELECT max(due_at) FROM tick latest WHERE latest.name = tick.name)",
        clock.now() - TICKS_KEPT,
    )
