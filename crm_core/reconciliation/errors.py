"""The errors of this room."""

from foundation.errors import NotFound, Refused


class DayNotFound(NotFound):
    """There is no such day of reconciliation, or this actor may not see it."""

    message = "没找到这一天的对账。"


class DifferenceNotFound(NotFound):
    """There is no such difference, or this actor may not see it."""

    message = "没找到这条差异。"


class DifferenceSettled(Refused):
    """The difference has been settled already."""

    code = "difference_settled"
    message = "这条差异已经有人处理了。"


class DayNotCompared(Refused):
    """The statement of the day has not come yet."""

    code = "day_not_compared"
    message = "这天的微信账单还没取到，取到并核对后才能结账。"


class DayClosed(Refused):
    """A closed day does not change any more."""

    code = "day_closed"
    message = "这天已经结账，不能再改。"


class DifferencesOpen(Refused):
    """Differences of the day wait for a reason; the details hold how many, `open`."""

    code = "differences_open"
    message = "还有差异没处理，每条写明原因后才能结账。"
