"""What each code of the platform asks of us (cloud.tencent.com/document/product/382/59177)."""

from enum import StrEnum
from typing import Final

from foundation.errors import ErrorKind, PlatformError

PLATFORM: Final = "sms"
OK: Final = "Ok"


class Advice(StrEnum):
    """What to do about a code."""

    TAKEN = "TAKEN"
    """The platform took the message; this is not its arrival."""
    RETRY = "RETRY"
    """It certainly was not taken: the same call may be made again a little later."""
    LATER = "LATER"
    """This number has had enough for now: later, for this number only."""
    NEXT_DAY = "NEXT_DAY"
    """The account has sent what it may send today."""
    RESCHEDULE = "RESCHEDULE"
    """Marketing is taken from 8:00 to 22:00 only."""
    SPLIT = "SPLIT"
    """Too many numbers, or domestic and foreign ones mixed: our call must be made in parts."""
    STOP_NUMBER = "STOP_NUMBER"
    """This number gets nothing, today or later."""
    FIX_WORDS = "FIX_WORDS"
    """Signature, template or its parameters are not accepted: somebody must change them."""
    OPERATOR = "OPERATOR"
    """Balance, rights or keys: an operator must look."""
    UNKNOWN = "UNKNOWN"
    """The platform does not know whether it was taken; it is never sent again by itself."""
    OUR_MISTAKE = "OUR_MISTAKE"
    """The call itself is wrong."""


_ADVICE: Final = {
    OK: Advice.TAKEN,
    "LimitExceeded.DeliveryFrequencyLimit": Advice.RETRY,
    "InternalError.OtherError": Advice.RETRY,
    "LimitExceeded.PhoneNumberThirtySecondLimit": Advice.LATER,
    "LimitExceeded.PhoneNumberOneHourLimit": Advice.LATER,
    "LimitExceeded.PhoneNumberDailyLimit": Advice.LATER,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": Advice.LATER,
    "LimitExceeded.AppDailyLimit": Advice.NEXT_DAY,
    "LimitExceeded.PhoneNumberCountLimit": Advice.SPLIT,
    "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber": Advice.SPLIT,
    "FailedOperation.MarketingSendTimeConstraint": Advice.RESCHEDULE,
    "FailedOperation.PhoneNumberInBlacklist": Advice.STOP_NUMBER,
    "InvalidParameterValue.IncorrectPhoneNumber": Advice.STOP_NUMBER,
    # The platform spells it so.
    "UnsupportedOperation.UnsuportedRegion": Advice.STOP_NUMBER,
    "FailedOperation.SignatureIncorrectOrUnapproved": Advice.FIX_WORDS,
    "FailedOperation.TemplateIncorrectOrUnapproved": Advice.FIX_WORDS,
    "FailedOperation.ContainSensitiveWord": Advice.FIX_WORDS,
    "InvalidParameterValue.TemplateParameterFormatError": Advice.FIX_WORDS,
    "InvalidParameterValue.TemplateParameterLengthLimit": Advice.FIX_WORDS,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": Advice.FIX_WORDS,
    "InvalidParameterValue.ContentLengthLimit": Advice.FIX_WORDS,
    "FailedOperation.InsufficientBalanceInSmsPackage": Advice.OPERATOR,
}
_FAMILIES: Final = (
    ("RequestLimitExceeded", Advice.RETRY),
    ("UnauthorizedOperation", Advice.OPERATOR),
    ("AuthFailure", Advice.OPERATOR),
    # Timeout, SendAndRecvFail and whatever else broke inside the platform.
    ("InternalError", Advice.UNKNOWN),
)
_KINDS: Final = {
    Advice.RETRY: ErrorKind.BUSY,
    Advice.LATER: ErrorKind.BUSY,
    Advice.NEXT_DAY: ErrorKind.BUSY,
    Advice.RESCHEDULE: ErrorKind.BUSY,
    Advice.UNKNOWN: ErrorKind.UNKNOWN,
    Advice.SPLIT: ErrorKind.OUR_MISTAKE,
    Advice.OUR_MISTAKE: ErrorKind.OUR_MISTAKE,
}


def advice_of(code: str) -> Advice:
    """What a code asks of us; one nobody has told us about is a mistake of ours."""
    known = _ADVICE.get(code)
    if known is not None:
        return known
    return next((advice for family, advice in _FAMILIES if code.startswith(family)), Advice.OUR_MISTAKE)


class SmsError(PlatformError):
    """The platform did not take a call. `advice` says what that asks of us, and is the `errcode`: the platform's own
    codes are sentences, and new ones come. `platform_code` keeps them.
    """

    code = "sms_error"

    def __init__(self, platform_code: str, errmsg: str = "", *, advice: Advice | None = None) -> None:
        self.advice = advice or advice_of(platform_code)
        self.platform_code = platform_code
        super().__init__(PLATFORM, self.advice.value, errmsg, kind=_KINDS.get(self.advice, ErrorKind.PERMANENT))
