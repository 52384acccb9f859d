"""What can be refused."""

from foundation.errors import IllegalMove, InvalidInput, NotAllowed, NotFound, Refused, StaleVersion


class ApprovalNotFound(NotFound):
    """No such request for this actor."""

    message = "没找到这条审批。"


class NobodyToApprove(Refused):
    """There is nobody but those who asked for it or made it who could agree."""

    code = "nobody_to_approve"
    message = "没有可以审批的人，请先设置店总或上级。"


class AlreadyWaiting(Refused):
    """The same thing waits for approval already."""

    code = "already_waiting"
    message = "已经提交过，正在等审批。"


class AlreadyDecided(IllegalMove):
    """A second press, or a request that ended otherwise."""

    code = "already_decided"
    message = "已处理，不用再点。"


class ContentChanged(StaleVersion):
    """The card or page shows an older version."""

    code = "content_changed"
    message = "内容已变化，需要重新提交。"


class NotYourDecision(NotAllowed):
    """One's own request or work, another's level, or agreed before."""

    code = "not_your_decision"
    message = "您不是这一级的审批人。"


class DelegateNotFit(InvalidInput):
    """Not a colleague who may approve, or days that make no sense."""

    code = "delegate_not_fit"
    message = "代理人须是有审批权的在职同事，日期不能早于今天。"
