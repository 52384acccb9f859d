"""The trade's wall clock, in Asia/Shanghai: how instants, days and their words belong together.

Nothing here asks what time it is, so pure rules may use it; `foundation.clock` answers that question.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(instant: datetime) -> datetime:
    """The same instant on a Shanghai wall clock."""
    return instant.astimezone(SHANGHAI)


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A Shanghai wall-clock moment as an aware UTC instant."""
    return datetime.combine(day, time(hour, minute, second), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """23:59:59 Shanghai of `day`, the moment dated things expire."""
    return at(day, 23, 59, 59)


def told_on(today: date, instant: datetime) -> str:
    """A moment in words read on `today`: `10:50` today, `11月24日 10:50`, `2028年1月5日 10:50` of another year."""
    then = local(instant)
    if then.date() == today:
        return f"{then:%H:%M}"
    return dated(instant) if then.year == today.year else f"{then.year}年{dated(instant)}"


def dated(instant: datetime) -> str:
    """A moment in words that are kept and read on later days, beside the date of their writing: `11月24日 10:50`."""
    then = local(instant)
    return f"{then.month}月{then.day}日 {then:%H:%M}"


def lasting(minutes: int) -> str:
    """How long as people say it: `72 分钟`, from three hours on `19 小时`, from three days on `4 天`, rounded."""
    if minutes >= 3 * 24 * 60:
        return f"{(minutes + 12 * 60) // (24 * 60)} 天"
    return f"{(minutes + 30) // 60} 小时" if minutes >= 3 * 60 else f"{minutes} 分钟"
