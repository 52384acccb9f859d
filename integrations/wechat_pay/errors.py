"""The errors WeChat Pay answers with, and the reasons for which we do not believe a notification.

A call that failed as BUSY is repeated with the same numbers. WeChat Pay uses no access token, so none can be refused.
Source: the error-code lists of pay.weixin.qq.com, v3; the kinds are ours.
"""

from foundation.errors import ErrorKind, InvalidInput, PlatformError, Unauthenticated

PLATFORM = "wechat_pay"

ORDER_PAID = "ORDERPAID"
"""The order is already paid: query it instead."""
OUT_TRADE_NO_USED = "OUT_TRADE_NO_USED"
"""The number was used with other content: take a new number."""
USER_PAYING = "USERPAYING"
"""The payer of a code payment is asked for their password: query it."""
STATEMENT_CREATING = "STATEMENT_CREATING"
"""The statement of the day is not ready: ask again in half an hour."""
NO_STATEMENT = "NO_STATEMENT_EXIST"
"""Nothing moved on that day."""
PARAM_ERROR = "PARAM_ERROR"
UNVERIFIED = "unverified"
"""Our own code: an answer to a question was not signed by the platform. Ask again."""
MALFORMED = "malformed"
"""Our own code: an answer of unknown shape, as a failing gateway gives. Ask again."""

ORDER_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
NO_SUCH_ORDER = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
"""Both spellings occur: the older interface wrote codes without underscores."""

KINDS: dict[str, ErrorKind] = {
    "SYSTEM_ERROR": ErrorKind.BUSY,
    "SYSTEMERROR": ErrorKind.BUSY,
    "FREQUENCY_LIMITED": ErrorKind.BUSY,
    "RATELIMIT_EXCEEDED": ErrorKind.BUSY,
    "BANK_ERROR": ErrorKind.BUSY,
    STATEMENT_CREATING: ErrorKind.BUSY,
    NO_STATEMENT: ErrorKind.NOTHING_TO_DO,
    UNVERIFIED: ErrorKind.BUSY,
    MALFORMED: ErrorKind.BUSY,
    ORDER_PAID: ErrorKind.NOTHING_TO_DO,
    "ORDER_CLOSED": ErrorKind.NOTHING_TO_DO,
    "ORDERCLOSED": ErrorKind.NOTHING_TO_DO,
    OUT_TRADE_NO_USED: ErrorKind.OUR_MISTAKE,
    PARAM_ERROR: ErrorKind.OUR_MISTAKE,
    "INVALID_REQUEST": ErrorKind.OUR_MISTAKE,
    "ORDER_NOT_EXIST": ErrorKind.OUR_MISTAKE,
    "ORDERNOTEXIST": ErrorKind.OUR_MISTAKE,
    "RESOURCE_NOT_EXISTS": ErrorKind.OUR_MISTAKE,
    "SIGN_ERROR": ErrorKind.PERMANENT,
    "NO_AUTH": ErrorKind.PERMANENT,
    "NOT_ENOUGH": ErrorKind.PERMANENT,
    "MCH_NOT_EXISTS": ErrorKind.PERMANENT,
    "APPID_MCHID_NOT_MATCH": ErrorKind.PERMANENT,
    "USER_ACCOUNT_ABNORMAL": ErrorKind.PERMANENT,
}


class WeChatPayError(PlatformError):
    """WeChat Pay refused a call; `errcode` is its word, `kind` what to do about it."""

    code = "wechat_pay_error"

    def __init__(self, errcode: str, errmsg: str = "") -> None:
        super().__init__(PLATFORM, errcode, errmsg, kind=KINDS.get(errcode, ErrorKind.PERMANENT))


class CallInvalid(WeChatPayError):
    """We refuse our own call before sending it, because the platform would refuse it."""

    code = "wechat_pay_call_invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(PARAM_ERROR, reason)


class NotificationRefused(Unauthenticated):
    """A notification we do not believe. Answer with its status and FAIL; a real one is sent again."""

    code = "notification_refused"
    message = "支付通知验证未通过。"


class SignatureWrong(NotificationRefused):
    """Not signed by the key its serial names, or headers are missing."""

    code = "notification_signature_wrong"


class SignatureProbe(NotificationRefused):
    """The platform's own deliberate bad signature (WECHATPAY/SIGNTEST/): refuse it, raise no alarm."""

    code = "notification_signature_probe"


class TimestampStale(NotificationRefused):
    """Signed more than five minutes away from now: a replay, or a wrong clock."""

    code = "notification_timestamp_stale"


class SerialUnknown(NotificationRefused):
    """Signed with a platform key we neither have nor can fetch."""

    code = "notification_serial_unknown"


class NotificationUnreadable(InvalidInput):
    """Signed by the platform, but not of a shape we know, or not about our merchant account."""

    status = 400
    code = "notification_unreadable"
    message = "支付通知内容无法识别。"


class Undecryptable(NotificationUnreadable):
    """Signed by the platform, but our APIv3 key does not open it."""

    code = "notification_undecryptable"
