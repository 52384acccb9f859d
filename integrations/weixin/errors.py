"""What the mini-program server API says no with, and what we refuse of what comes in from its side.

Kinds: T refresh the token once and repeat once; B back off and retry; P permanent, an operator must look; C our own
mistake in the call; I already done. Source: the error tables of each call on developers.weixin.qq.com.
"""

from collections.abc import Mapping

from foundation.errors import InvalidInput, PlatformError, Unauthenticated
from integrations.wecom.errors import clean_errmsg

PLATFORM = "weixin"

LOGIN_CODE_INVALID = 40029
SUBSCRIBE_REFUSED = 43101
"""The owner refused, or has no accepted subscription message left."""
DATA_INVALID = 47003
UNREACHABLE = "unreachable"
"""Our own code: a call that can do no harm got no usable answer. Kind B."""

TOKEN_CODES = frozenset({40001, 40014, 42001})

KINDS: dict[int, str] = {
    -1: "B",
    40001: "T",
    40002: "C",
    40003: "C",
    40013: "P",
    40014: "T",
    LOGIN_CODE_INVALID: "C",
    40037: "P",
    40125: "P",
    40129: "C",
    40163: "C",
    40164: "P",
    40169: "C",
    40226: "P",
    41030: "C",
    42001: "T",
    SUBSCRIBE_REFUSED: "P",
    43104: "C",
    44002: "C",
    45009: "B",
    45011: "B",
    47001: "C",
    DATA_INVALID: "C",
    48001: "P",
    85096: "C",
    85400: "P",
    87009: "C",
    87014: "P",
}


class WeixinError(PlatformError):
    """The mini-program server API refused a call; `errcode` says why, `kind` what to do about it."""

    code = "weixin_error"

    def __init__(self, errcode: int | str, errmsg: str = "", *, kind: str | None = None) -> None:
        known = KINDS.get(errcode, "P") if isinstance(errcode, int) else "B"
        super().__init__(PLATFORM, errcode, clean_errmsg(errmsg), kind=kind or known)


class CallInvalid(WeixinError):
    """We refuse our own call before it is sent: the platform would."""

    code = "weixin_call_invalid"

    def __init__(self, reason: str, errcode: int = 47001) -> None:
        super().__init__(errcode, reason, kind="C")


class SubscribeDataInvalid(CallInvalid):
    """A subscription message has values the platform refuses; `broken` maps keys to rules, never to values."""

    code = "subscribe_data_invalid"

    def __init__(self, broken: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {rule}" for key, rule in broken.items()) or "empty data", DATA_INVALID)
        self.broken = dict(broken)


class ClientDataRefused(InvalidInput):
    """Data the mini-program client passed on does not prove itself under its session_key."""

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
