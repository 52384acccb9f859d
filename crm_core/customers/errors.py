"""The errors of this room."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class CustomerNotFound(NotFound):
    """The customer does not exist, or the actor may not know of them."""

    code = "customer_not_found"
    message = "没找到这位客户，可能已合并，或不在您的权限内。"


class StaffUnknown(NotFound):
    """No such member of staff, or one who left."""

    code = "staff_unknown"
    message = "没有这位员工，请先同步通讯录。"


class MemberUnknown(StaffUnknown):
    """WeCom names a member whom we do not have (yet); the callback waits until we do."""

    code = "member_unknown"

    def __init__(self, userid: str) -> None:
        super().__init__()
        self.userid = userid.lower()


class PhoneMissing(Refused):
    """There is no number on file to show."""

    code = "phone_missing"
    message = "这位客户没有留手机号。"


class TooManyPhoneCodes(TooManyRequests):
    """The account has handed in too many codes of the phone button."""

    code = "too_many_phone_codes"
    message = "授权手机号的次数太多了，请一小时后再试。"


class TooManyReveals(TooManyRequests):
    """The actor has revealed the maximum number of phones today."""

    code = "too_many_reveals"
    message = "今天显示手机号的次数已用完，明天再看，或请主管帮忙。"


class SameCustomer(Refused):
    """A record cannot be merged into itself, directly or through an earlier merge."""

    code = "same_customer"
    message = "这两条已经是同一位客户。"


class MergeNotUndoable(Refused):
    """Only the last merge of a record can be undone, and only once."""

    code = "merge_not_undoable"
    message = "这次合并已撤销，或之后又合并过，不能再撤销。"


class ProposalDecided(Refused):
    """Somebody has taken or refused the proposed number already."""

    code = "proposal_decided"
    message = "这个手机号已经有人处理过了，请刷新看看。"


class FollowUpNotFound(NotFound):
    """The follow-up is not on this person's list."""

    message = "没找到这条跟进，可能已转给同事。"


class FollowUpNotDue(Refused):
    """The follow-up was already done."""

    code = "follow_up_not_due"
    message = "这条跟进已经完成了。"


class FollowUpInPast(InvalidInput):
    """The time of the next contact is in the past."""

    code = "follow_up_in_past"
    message = "下次联系的时间已经过了，请改一个以后的时间。"


class NoConsent(Refused):
    """There is no live consent for this purpose to withdraw."""

    code = "no_consent"
    message = "没有需要撤回的同意。"


class PhoneNotAccepted(InvalidInput):
    """The text is not a phone number; the message says why."""

    code = "phone_invalid"
    message = "手机号格式不对，请核对。"


class NameNotAccepted(InvalidInput):
    """The text is not a name that can be stored; the message says why."""

    code = "name_invalid"
    message = "姓名应为 1 到 50 个字，可用汉字、字母和间隔号。"


class BirthdayNotAccepted(InvalidInput):
    """The text is no birthday."""

    code = "birthday_invalid"
    message = "生日写成 1988-08-15；不说年份就写 08-15。"


class LoginRefused(Refused):
    """wx.login's code is used up, too old or invented."""

    code = "login_refused"
    message = "微信登录没有成功，请重新打开小程序。"


class PhoneCodeRefused(Refused):
    """The phone button's code is used up, too old or invented."""

    code = "phone_code_refused"
    message = "手机号没有取到，请再点一次。"
