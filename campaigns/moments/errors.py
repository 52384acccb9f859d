"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class MomentNotFound(NotFound):
    """No such Moment for this actor."""

    message = "没找到这条朋友圈。"


class MomentTimeNotPossible(InvalidInput):
    """Its time has passed, or lies outside the sending hours."""

    code = "time_not_possible"
    message = "时间要在以后，并且在营销消息时段里。"


class NobodyToPublish(Refused):
    """No member of the stores has friends to publish it for."""

    code = "nobody_to_publish"
    message = "这些门店没有能发的同事：要在职、在企业微信里，并且有客户好友。"


class NotOurTag(InvalidInput):
    """A tag that no customer of these stores has."""

    code = "not_our_tag"
    message = "有标签已经没有客户了，请重新选。"
