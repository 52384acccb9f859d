"""Business time: decided in Asia/Shanghai, stored in UTC, movable in the demo and in tests.

The offset from real time lives in PostgreSQL, so that web, worker, scheduler and simulator move together. `refresh()`
is called at the start of each request, job and scheduler beat; in production it does nothing and the offset stays zero.

Timeouts, heartbeats and locks use real time (`time.monotonic`). The functions of `foundation.wall_clock` are offered
here too; pure rules, whose callers pass in the time, import them from there.
"""

from datetime import UTC, date, datetime, timedelta

from foundation import database
from foundation.settings import get_settings
from foundation.wall_clock import SHANGHAI, at, dated, end_of_day, lasting, local, told_on

__all__ = [
    "SHANGHAI",
    "advance",
    "at",
    "dated",
    "end_of_day",
    "lasting",
    "local",
    "now",
    "offset",
    "refresh",
    "set_to",
    "today",
    "told",
]

_offset = timedelta(0)


def now() -> datetime:
    """The current business time, timezone-aware, in UTC."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The current business day in Shanghai."""
    return local(now()).date()


def told(instant: datetime) -> str:
    """A moment in words for a text that is read now: `10:50` today, else `11月24日 10:50`, or `2028年1月5日 10:50` in
    another year.
    """
    return told_on(today(), instant)


def offset() -> timedelta:
    """How far business time is ahead of real time."""
    return _offset


async def refresh() -> None:
    """Read the shared offset from the database; does nothing in production."""
    global _offset
    if not get_settings().is_demo:
        return
    row = await database.fetch_one("SELECT offset_seconds FROM clock_offset WHERE id = 1")
    _offset = timedelta(seconds=row["offset_seconds"]) if row else timedelta(0)


async def advance(step: timedelta) -> datetime:
    """Move business time forward for every process and return the new now.

    Raises:
        RuntimeError: in production, where time must not be moved.
        ValueError: for a step backwards, since events already recorded would then lie in the future.
    """
    global _offset
    if not get_settings().is_demo:
        raise RuntimeError("the clock of a production system cannot be moved")
    if step < timedelta(0):
        raise ValueError("business time only moves forward")
    row = await database.fetch_one(
        "INSERT INTO clock_offset (id, offset_seconds) VALUES (1, $1) "
        "ON CONFLICT (id) DO UPDATE SET offset_seconds = clock_offset.offset_seconds + $1 RETURNING offset_seconds",
        step.total_seconds(),
    )
    assert row is not None
    _offset = timedelta(seconds=row["offset_seconds"])
    return now()


async def set_to(instant: datetime) -> datetime:
    """Set business time to `instant`, from where it keeps ticking; the demo and the tests begin with it.

    Raises:
        RuntimeError: in production, where time must not be moved.
    """
    global _offset
    if not get_settings().is_demo:
        raise RuntimeError("the clock of a production system cannot be moved")
    seconds = (instant - datetime.now(UTC)).total_seconds()
    await database.execute(
        "INSERT INTO clock_offset (id, offset_seconds) VALUES (1, $1) "
        "ON CONFLICT (id) DO UPDATE SET offset_seconds = $1",
        seconds,
    )
    _offset = timedelta(seconds=seconds)
    return now()
