"""What can be refused."""

from foundation.errors import NotFound, Refused


class ShareNotFound(NotFound):
    """No such link of this owner."""

    message = "没找到这个分享。"


class LinkEnded(NotFound):
    """Never given away, over or taken back: which of them is not told to whoever tries links."""

    code = "share_ended"
    message = "链接已过期，请家人再分享一次。"


class TooManyShares(Refused):
    """The order has as many open links as there may be."""

    code = "too_many_shares"
    message = "已有 10 个有效的分享，请先取消不用的。"


class NothingToShare(Refused):
    """The visit is over."""

    code = "nothing_to_share"
    message = "这次维修已经结束，不用再分享进度。"
