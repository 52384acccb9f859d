"""What WeChat Pay says no with, and why a notification is not believed.

Kinds as for every platform: B ask again with the same numbers, P an operator must look, C our own mistake, I already
so. No token, hence no T. Source: the error-code lists of pay.weixin.qq.com, v3.
"""

from foundation.errors import InvalidInput, PlatformError, Unauthenticated

PLATFORM = "wechat_pay"

ORDER_PAID = "ORDERPAID"
"""The order is already paid: query it instead."""
OUT_TRADE_NO_USED = "OUT_TRADE_NO_USED"
"""The number was used with other content: take a new number."""
PARAM_ERROR = "PARAM_ERROR"
UNVERIFIED = "unverified"
"""Our own code: an answer to a question was not signed by the platform. Ask again."""
MALFORMED = "malformed"
"""Our own code: an answer of no shape we know, as a gateway in trouble gives. Ask again."""

ORDER_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
NO_SUCH_ORDER = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
"""Both spellings occur: the older interface wrote codes without underscores."""

KINDS: dict[str, str] = {
    "SYSTEM_ERROR": "B",
    "SYSTEMERROR": "B",
    "FREQUENCY_LIMITED": "B",
    "RATELIMIT_EXCEEDED": "B",
    "BANK_ERROR": "B",
    UNVERIFIED: "B",
    MALFORMED: "B",
    ORDER_PAID: "I",
    "ORDER_CLOSED": "I",
    "ORDERCLOSED": "I",
    OUT_TRADE_NO_USED: "C",
    PARAM_ERROR: "C",
    "INVALID_REQUEST": "C",
    "ORDER_NOT_EXIST": "C",
    "ORDERNOTEXIST": "C",
    "RESOURCE_NOT_EXISTS": "C",
    "SIGN_ERROR": "P",
    "NO_AUTH": "P",
    "NOT_ENOUGH": "P",
    "MCH_NOT_EXISTS": "P",
    "APPID_MCHID_NOT_MATCH": "P",
    "USER_ACCOUNT_ABNORMAL": "P",
}


class WeChatPayError(PlatformError):
    """WeChat Pay refused a call; `errcode` is its word, `kind` what to do about it."""

    code = "wechat_pay_error"

    def __init__(self, errcode: str, errmsg: str = "") -> None:
        super().__init__(PLATFORM, errcode, errmsg, kind=KINDS.get(errcode, "P"))


class CallInvalid(WeChatPayError):
    """We refuse our own call before it is sent: the platform would."""

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
