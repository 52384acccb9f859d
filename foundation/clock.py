"""Business time: decided in Asia/Shanghai, stored in UTC, movable in the demo and in tests.

The offset lives in PostgreSQL so that web, worker, scheduler and simulator move together. `refresh()` is called at the
start of each request, job and scheduler beat; in production it does nothing and the offset is zero for ever.
Timeouts, heartbeats and locks stay on real time (`time.monotonic`).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from foundation import database
from foundation.settings import get_settings

SHANGHAI = ZoneInfo("Asia/Shanghai")

_offset = timedelta(0)


def now() -> datetime:
    """The current business instant, aware, UTC."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The current day of the trade, in Shanghai."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The same instant on a Shanghai wall clock."""
    return instant.astimezone(SHANGHAI)


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A Shanghai wall-clock moment as an aware UTC instant."""
    return datetime.combine(day, time(hour, minute, second), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """23:59:59 Shanghai of `day`, the moment dated things expire."""
    return at(day, 23, 59, 59)


def told(instant: datetime) -> str:
    """A moment in words that are read now: `10:50` today, `11月24日 10:50`, `2028年1月5日 10:50` of another year."""
    then, current = local(instant).date(), today()
    if then == current:
        return f"{local(instant):%H:%M}"
    return dated(instant) if then.year == current.year else f"{then.year}年{dated(instant)}"


def dated(instant: datetime) -> str:
    """A moment in words that are kept and read on later days, beside the date of their writing: `11月24日 10:50`."""
    then = local(instant)
    return f"{then.month}月{then.day}日 {then:%H:%M}"


def lasting(minutes: int) -> str:
    """How long as people say it: `72 分钟`, from three hours on `19 小时`, from three days on `4 天`, rounded."""
    if minutes >= 3 * 24 * 60:
        return f"{(minutes + 12 * 60) // (24 * 60)} 天"
    return f"{(minutes + 30) // 60} 小时" if minutes >= 3 * 60 else f"{minutes} 分钟"


def offset() -> timedelta:
    """How far business time is ahead of real time."""
    return _offset


async def refresh() -> None:
    """Take over the shared offset; free in production."""
    global _offset
    if not get_settings().is_demo:
        return
    row = await database.fetch_one("SELECT offset_seconds FROM clock_offset WHERE id = 1")
    _offset = timedelta(seconds=row["offset_seconds"]) if row else timedelta(0)


async def advance(step: timedelta) -> datetime:
    """Move business time forward for every process and return the new now.

    Raises:
        RuntimeError: in production, where nobody moves time.
        ValueError: for a step backwards: events already recorded would lie in the future.
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
    """Pin business time to `instant` (it keeps ticking); the demo and the tests start their story with it."""
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
