"""What can be refused."""

from foundation.errors import IllegalMove, NotAllowed, NotFound, Refused, StaleVersion


class ApprovalNotFound(NotFound):
    """No such request for this actor."""

    message = "没找到这条审批。"


class NobodyToApprove(Refused):
    """Nobody could agree except the requester and those who made what is asked for."""

    code = "nobody_to_approve"
    message = "没有可以审批的人，请先设置店总或上级。"


class AlreadyWaiting(Refused):
    """A request about the same thing is waiting already."""

    code = "already_waiting"
    message = "已经提交过，正在等审批。"


class AlreadyDecided(IllegalMove):
    """The request has ended already: decided, withdrawn, expired or invalidated."""

    code = "already_decided"
    message = "已处理，不用再点。"


class ContentChanged(StaleVersion):
    """The card or page on which the decision was made shows an older version."""

    code = "content_changed"
    message = "内容已变化，需要重新提交。"


class NotYourDecision(NotAllowed):
    """The actor asked for it or made it, is no approver of this level, or has agreed already."""

    code = "not_your_decision"
    message = "您不是这一级的审批人。"
