"""Conversions between instants, Shanghai days and hours, and the Chinese words for them.

Nothing here depends on the current time, so pure rules may use it; `foundation.clock` knows the time.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(instant: datetime) -> datetime:
    """The same instant in Shanghai time."""
    return instant.astimezone(SHANGHAI)


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A day and time in Shanghai as a timezone-aware UTC instant."""
    return datetime.combine(day, time(hour, minute, second), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """23:59:59 of `day` in Shanghai, when things with a date expire."""
    return at(day, 23, 59, 59)


def told_on(today: date, instant: datetime) -> str:
    """A moment in words for a text read on `today`: `10:50` on that day, else `11月24日 10:50`, or `2028年1月5日 10:50`
    in another year.
    """
    then = local(instant)
    if then.date() == today:
        return f"{then:%H:%M}"
    return dated(instant) if then.year == today.year else f"{then.year}年{dated(instant)}"


def dated(instant: datetime) -> str:
    """A moment in words for a text that is stored and read later beside the date it was written: `11月24日 10:50`."""
    then = local(instant)
    return f"{then.month}月{then.day}日 {then:%H:%M}"


def lasting(minutes: int) -> str:
    """A duration as people say it, rounded: `72 分钟`, from three hours on `19 小时`, from three days on `4 天`."""
    if minutes >= 3 * 24 * 60:
        return f"{(minutes + 12 * 60) // (24 * 60)} 天"
    return f"{(minutes + 30) // 60} 小时" if minutes >= 3 * 60 else f"{minutes} 分钟"
