"""What can be refused about a succession."""

from foundation.errors import NotFound, Refused


class SuccessionNotFound(NotFound):
    """There is none with this id."""

    message = "没有这次交接。"


class AlreadyPrepared(Refused):
    """One for the same member is open."""

    code = "succession_already_open"
    message = "这位同事的交接已经在办，请打开那一次。"


class NotYourself(Refused):
    """A member plans their own succession."""

    code = "succession_of_oneself"
    message = "不能给自己办交接，请由上级来办。"


class TakerNotFit(Refused):
    """The colleague does not work here, or is the member."""

    code = "taker_not_fit"
    message = "接手的同事不在职或就是本人，请另选一位。"


class StillWorkingHere(Refused):
    """Of a member who leaves the company things are handed over, and they are to be signed out."""

    code = "still_working_here"
    message = "这位同事还在职。请先在企业微信停用或删除，或确认立即停用账号。"
