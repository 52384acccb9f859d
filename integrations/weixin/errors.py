"""The errors of the mini-program server API, and ours for callbacks and data from its side that we refuse.

Source: the error tables of each call on developers.weixin.qq.com; the kinds are ours.
"""

from collections.abc import Mapping

from foundation.errors import ErrorKind, InvalidInput, PlatformError, Unauthenticated
from integrations.wecom.errors import clean_errmsg

PLATFORM = "weixin"

LOGIN_CODE_INVALID = 40029
SUBSCRIBE_REFUSED = 43101
"""The owner refused, or has no accepted subscription message left."""
DATA_INVALID = 47003
UNREACHABLE = "unreachable"
"""Our own code: a call that can do no harm got no usable answer. The kind is BUSY."""

TOKEN_CODES = frozenset({40001, 40014, 42001})

KINDS: dict[int, ErrorKind] = {
    -1: ErrorKind.BUSY,
    40001: ErrorKind.TOKEN,
    40002: ErrorKind.OUR_MISTAKE,
    40003: ErrorKind.OUR_MISTAKE,
    40013: ErrorKind.PERMANENT,
    40014: ErrorKind.TOKEN,
    LOGIN_CODE_INVALID: ErrorKind.OUR_MISTAKE,
    40037: ErrorKind.PERMANENT,
    40125: ErrorKind.PERMANENT,
    40129: ErrorKind.OUR_MISTAKE,
    40163: ErrorKind.OUR_MISTAKE,
    40164: ErrorKind.PERMANENT,
    40169: ErrorKind.OUR_MISTAKE,
    40226: ErrorKind.PERMANENT,
    41030: ErrorKind.OUR_MISTAKE,
    42001: ErrorKind.TOKEN,
    SUBSCRIBE_REFUSED: ErrorKind.PERMANENT,
    43104: ErrorKind.OUR_MISTAKE,
    44002: ErrorKind.OUR_MISTAKE,
    45009: ErrorKind.BUSY,
    45011: ErrorKind.BUSY,
    47001: ErrorKind.OUR_MISTAKE,
    DATA_INVALID: ErrorKind.OUR_MISTAKE,
    48001: ErrorKind.PERMANENT,
    85096: ErrorKind.OUR_MISTAKE,
    85400: ErrorKind.PERMANENT,
    87009: ErrorKind.OUR_MISTAKE,
    87014: ErrorKind.PERMANENT,
}


class WeixinError(PlatformError):
    """The mini-program server API refused a call; `errcode` says why, `kind` what to do about it."""

    code = "weixin_error"

    def __init__(self, errcode: int | str, errmsg: str = "", *, kind: ErrorKind | None = None) -> None:
        known = KINDS.get(errcode, ErrorKind.PERMANENT) if isinstance(errcode, int) else ErrorKind.BUSY
        super().__init__(PLATFORM, errcode, clean_errmsg(errmsg), kind=kind or known)


class CallInvalid(WeixinError):
    """We refuse our own call before sending it, because the platform would refuse it."""

    code = "weixin_call_invalid"

    def __init__(self, reason: str, errcode: int = 47001) -> None:
        super().__init__(errcode, reason, kind=ErrorKind.OUR_MISTAKE)


class SubscribeDataInvalid(CallInvalid):
    """A subscription message has values the platform refuses; `broken` maps keys to rules, never to values."""

    code = "subscribe_data_invalid"

    def __init__(self, broken: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {rule}" for key, rule in broken.items()) or "empty data", DATA_INVALID)
        self.broken = dict(broken)


class ClientDataRefused(InvalidInput):
    """Data that the mini-program client passed on cannot be verified with its session_key."""

    code = "client_data_refused"
    message = "微信登录信息已失效，请重新打开小程序。"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class PushRefused(Unauthenticated):
    """A message push whose signature or envelope is not the platform's."""

    code = "push_refused"
    message = "消息推送验证未通过。"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
