"""The periodic job of promised times."""

from foundation import clock, database
from foundation.jobs import job


@job("promised_times.release_holds")
async def release_holds() -> None:
    """Delete expired holds. They stopped counting when they expired; this only keeps the table small."""
    # A hold that a booking has locked right now is skipped.
    await database.execute(
        "DELETE FROM promised_time WHERE id IN ("
        "  SELECT id FROM promised_time WHERE held_until <= $1 FOR UPDATE SKIP LOCKED)",
        clock.now(),
    )
