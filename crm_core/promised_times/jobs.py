"""What the clock does to promised times."""

from foundation import clock, database
from foundation.jobs import job


@job("promised_times.release_holds")
async def release_holds() -> None:
    """Give back times held and not booked; they stopped counting when they ran out, this only sweeps."""
    # One that a booking is just taking over is left to it.
    await database.execute(
        "DELETE FROM promised_time WHERE id IN ("
        "  SELECT id FROM promised_time WHERE held_until <= $1 FOR UPDATE SKIP LOCKED)",
        clock.now(),
    )
