"""What can be refused."""

from foundation.errors import NotFound, Refused


class ShareNotFound(NotFound):
    """No such link of this owner."""

    message = "没找到这个分享。"


class LinkEnded(NotFound):
    """The link never existed, has expired or was revoked. Which of these is not told, so that guessing links reveals
    nothing.
    """

    code = "share_ended"
    message = "链接已过期，请家人再分享一次。"


class TooManyShares(Refused):
    """The order already has as many open links as are allowed."""

    code = "too_many_shares"
    message = "已有 10 个有效的分享，请先取消不用的。"


class NothingToShare(Refused):
    """The visit is over, so there is no progress to follow."""

    code = "nothing_to_share"
    message = "这次维修已经结束，不用再分享进度。"
