"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class PrivacyRequestNotFound(NotFound):
    """No such request of this person."""

    message = "没找到这条个人信息请求。"


class AlreadyAsked(Refused):
    """The person has asked the same before and has no answer yet."""

    code = "already_asked"
    message = "您已提交过同样的请求，正在处理，到期日前会答复您。"


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
