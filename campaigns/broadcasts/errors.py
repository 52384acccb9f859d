"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class BroadcastNotFound(NotFound):
    """No such broadcast for this actor."""

    message = "没找到这个群发计划。"


class SendTaskNotFound(NotFound):
    """No such task for this actor."""

    message = "没找到这个群发任务。"


class NobodyReachable(Refused):
    """The segment has nobody a message could be sent to."""

    code = "nobody_reachable"
    message = "选中的人都收不到，先换个分群。"


class VersionsAlike(Refused):
    """Version B says what version A says, so that nothing could be learned."""

    code = "versions_alike"
    message = "版本 B 和版本 A 一样，比不出哪个好；改一改，或去掉版本 B。"


class StopLinePassed(Refused):
    """A stop line that cannot be undone is passed, and it does not go on; the sentence says which."""

    code = "stop_line_passed"
    message = "过了停止线，不能继续；没发的可以取消。"


class CouponNotReady(Refused):
    """The coupon of the broadcast is not active, has expired or has run out; the sentence says which."""

    code = "coupon_not_ready"
    message = "卡券还没启用，或已经发完。"


class TimeNotPossible(Refused):
    """The start is in the past, outside the sending hours or on a day without marketing; then the sentence names it."""

    code = "time_not_possible"
    message = "开始时间要在以后，并且在 09:00–20:30 之间。"


class TooManyReminders(Refused):
    """WeCom allows three reminders of one task in 24 hours."""

    code = "too_many_reminders"
    message = "24 小时内已提醒 3 次，可以打电话。"


class NotTheirFriends(Refused):
    """A colleague can send only to people who are also their friends."""

    code = "not_their_friends"
    message = "选中的同事里有人不在职，或者和这些客户不是好友，换一位再试。"


class WaysNotPossible(InvalidInput):
    """The channels are not in an order in which a broadcast can go by them; the sentence says why."""

    code = "ways_not_possible"
    message = "渠道的顺序要改一下。"


class OverBudget(Refused):
    """The expected cost of messages and coupons is above the budget; the details carry the sums in fen."""

    code = "over_budget"
    message = "预计费用超过预算。"


class NoSampleOfThis(Refused):
    """There are no kept words, or no WeCom account to send them to."""

    code = "no_sample_of_this"
    message = "发不了样张：这个计划没有存下文字，或者您还没有企业微信账号。"


class TooManySamples(TooManyRequests):
    """They had many samples within the hour."""

    code = "too_many_samples"
    message = "这一小时发给自己的样张到数了，过一会儿再发。"


class LibraryEntryNotFound(NotFound):
    """No such entry for this actor."""

    message = "内容库里没有这一条。"
