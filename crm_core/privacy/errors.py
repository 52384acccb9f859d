"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class PrivacyRequestNotFound(NotFound):
    """No such request of this person."""

    message = "没找到这条个人信息请求。"


class AlreadyAsked(Refused):
    """The person has asked the same before and has no answer yet."""

    code = "already_asked"
    message = "您已提交过同样的请求，正在处理，到期日前会答复您。"


class NotThatDay(InvalidInput):
    """The day on which somebody is said to have asked is to come, or so long ago that the answer was due by now."""

    code = "not_that_day"
    message = "提出的日期写今天，或过去 15 天里的一天；更早的先按今天登记，在说明里写清楚。"


class IdentityNotChecked(Refused):
    """WeChat never vouched for the person's phone, and the officer has not written down how they know who asks."""

    code = "identity_not_checked"
    message = "提出人的手机号未经微信验证，请先核实身份，并写明怎么核实的。"


class NotThisKind(Refused):
    """The act answers requests of another kind."""

    code = "not_this_kind"
    message = "这条请求要办的不是这件事，请刷新后再办。"


class StillGoingOn(Refused):
    """Something of the person has not ended: an open order, an unpaid bill. The details list the headings."""

    code = "still_going_on"
    message = "还有没办完的事，办完才能删除。请先和相关同事处理。"


class CopyNotReadable(Refused):
    """There is no copy to read: the request was for something else, is not answered, or its days are over."""

    code = "copy_not_readable"
    message = "没有可看的副本，可能已过期。需要的话请重新申请导出。"


class NothingToLift(Refused):
    """The person's data is not restricted, or was erased."""

    code = "nothing_to_lift"
    message = "这位客户没有限制处理，或者信息已删除，不用解除。"


class SayWhatIsWrong(InvalidInput):
    """A request to correct something must say what is wrong and what is right."""

    code = "say_what_is_wrong"
    message = "请写明哪一项不对、应改成什么。"


class ConsentTextChanged(Refused):
    """The person agreed to an outdated consent text. The details carry the version in force, which they must read
    first.
    """

    code = "consent_text_changed"
    message = "这项说明有更新，请看过最新的再同意。"
