"""What the timetable asks of the ground: nothing that names people is kept longer than it is of use."""

from datetime import timedelta
from typing import Final

from foundation import clock, database, media
from foundation.jobs import BULK, job

ANSWERS_KEPT: Final = timedelta(days=7)
"""A phone that was off sends a request again within days, never after a week (house rule)."""
TICKS_KEPT: Final = timedelta(days=90)
"""Long enough to see what ran in a quarter; the scheduler itself looks back no further than its last beat."""


@job("media.take_over_earlier_files", priority=BULK)
async def take_over_earlier_files() -> None:
    """Photos kept by an earlier version still hold what came along with them."""
    await media.take_over_earlier_files()


@job("foundation.forget_old", priority=BULK)
async def forget_old() -> None:
    """Answers stored for a repeated key, and ticks of the timetable."""
    await database.execute("DELETE FROM idempotent_answer WHERE created_at < $1", clock.now() - ANSWERS_KEPT)
    await database.execute(
        # The last one of each line tells the scheduler where to go on.
        "DELETE FROM tick WHERE due_at < $1 "
        "AND due_at < (SELECT max(due_at) FROM tick latest WHERE latest.name = tick.name)",
        clock.now() - TICKS_KEPT,
    )
