"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class GroupPostNotFound(NotFound):
    """No such post for this actor."""

    message = "没找到这个客户群群发。"


class GroupPostTimeNotPossible(InvalidInput):
    """Its time has passed, or lies outside the sending hours."""

    code = "time_not_possible"
    message = "时间要在以后，并且在营销消息时段里。"


class GroupNotChoosable(NotFound):
    """A group that is not there for this actor."""

    message = "有客户群没找到，或不归您管，请重新选。"


class NoGroupToSendTo(Refused):
    """None of the chosen groups can be sent to now."""

    code = "no_group_to_send_to"
    message = "选的群现在都发不了：要没解散，群主在职、在企业微信里，拒绝营销的客户不太多。"
