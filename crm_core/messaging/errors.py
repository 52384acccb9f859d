"""What can be refused."""

from foundation.errors import NotFound, Refused


class NoticeNotFound(NotFound):
    """There is no such kind of notice."""

    message = "没有这类通知。"


class NoticeStaysOn(Refused):
    """It tells of the owner's own visit or money: nobody is left without it by a slip of the finger."""

    code = "notice_stays_on"
    message = "这类通知和您的车、您的钱有关，不能关掉；可以在微信里设置不提醒。"
