"""The errors of quiet hours."""

from crm_core.contact.quiet_rules import MOST_SPANS
from foundation.errors import InvalidInput, NotFound, Refused


class QuietHoursNotFound(NotFound):
    """There is no such span of theirs, or it has ended."""

    code = "quiet_hours_not_found"
    message = "没有这个免打扰时段，可能已经取消了。"


class QuietHoursEmpty(InvalidInput):
    """It begins and ends at the same minute."""

    code = "quiet_hours_empty"
    message = "开始和结束不能是同一个时间。"


class TooManyQuietHours(Refused):
    """They have as many spans as there may be."""

    code = "too_many_quiet_hours"
    message = f"免打扰时段最多 {MOST_SPANS} 个，请先取消一个。"


class QuietHoursLeaveNothing(Refused):
    """No minute is left at which they could be written to."""

    code = "quiet_hours_leave_nothing"
    message = "这样就没有能发消息的时间了。不想收优惠消息，请直接停止接收优惠消息。"
