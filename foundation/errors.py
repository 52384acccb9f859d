"""The base classes of our errors. Each subclass is one situation with a stable code and a sentence for its reader.

One renderer per audience turns an error into JSON, a chat message or a log line; no other code catches them.
"""

from enum import StrEnum
from typing import Any, ClassVar


class WeDealerError(Exception):
    """Root of everything we raise on purpose."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    message: ClassVar[str] = "出了点问题，请稍后再试。"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.text = message or self.message
        self.details = details
        super().__init__(f"{self.code}: {self.text}")


class Refused(WeDealerError):
    """The request is well formed, but a rule of the dealership does not allow it now."""

    status = 409
    code = "refused"
    message = "现在不能这样做。"


class NotFound(WeDealerError):
    """The thing does not exist, or this actor may not know that it does."""

    status = 404
    code = "not_found"
    message = "没找到，可能已被删除，或不在您的权限内。"


class NotAllowed(WeDealerError):
    """The actor may not do this."""

    status = 403
    code = "not_allowed"
    message = "您没有这个权限。"


class Unauthenticated(WeDealerError):
    """Nobody is signed in, or the session ended."""

    status = 401
    code = "unauthenticated"
    message = "登录已过期，请重新登录。"


class InvalidInput(WeDealerError):
    """The request itself is malformed. Raised only where input is read."""

    status = 422
    code = "invalid_input"
    message = "填写的内容有误，请检查。"


class TooManyRequests(WeDealerError):
    """A limit on frequency was reached."""

    status = 429
    code = "too_many_requests"
    message = "操作太频繁，请稍后再试。"


class Unavailable(WeDealerError):
    """Something we depend on does not answer; the same request can succeed later."""

    status = 503
    code = "unavailable"
    message = "系统正在恢复，请稍后再试。"


class Contended(Unavailable):
    """Too many requests wanted to change the same thing at once."""

    code = "contended"
    message = "同时操作的人太多，请再试一次。"


class IllegalMove(Refused):
    """A state machine does not allow this step; details carry `current_state` and `allowed`."""

    code = "illegal_move"
    message = "现在的状态不能这样操作。"


class StaleVersion(Refused):
    """Somebody changed it first; details carry `current_version`."""

    code = "stale_version"
    message = "内容刚被别人改过，请看最新的。"


class ErrorKind(StrEnum):
    """What a platform's error means for us. Each integration has one table from the platform's codes to these kinds."""

    TOKEN = "T"
    """The token was refused. The client has already renewed it once and repeated the call once."""
    BUSY = "B"
    """Busy, or asked too often: the same call is worth another try later."""
    PERMANENT = "P"
    """A setting or a right is missing and an operator must look, or the person has ended the relation with us."""
    OUR_MISTAKE = "C"
    """The request itself is wrong: it is logged, and our code must be corrected."""
    NOTHING_TO_DO = "I"
    """What was asked for is already the case, so the call counts as successful."""
    UNKNOWN = "U"
    """No answer came, so it is unknown whether the call had an effect: ask the platform before repeating it."""


class PlatformError(WeDealerError):
    """A platform refused a call; `kind` says what that means for us."""

    status = 502
    code = "platform_error"
    message = "平台暂时没有处理成功，请稍后再试。"

    def __init__(
        self,
        platform: str,
        errcode: int | str,
        errmsg: str = "",
        *,
        kind: ErrorKind = ErrorKind.PERMANENT,
    ) -> None:
        self.platform = platform
        self.errcode = errcode
        self.kind = kind
        super().__init__(None, platform=platform, errcode=errcode)
        self.errmsg = errmsg

    @property
    def is_retryable(self) -> bool:
        """Whether the same call is worth another try: the platform was busy, or the next try will have a fresh
        token.
        """
        return self.kind in {ErrorKind.BUSY, ErrorKind.TOKEN}


class OutcomeUnknown(PlatformError):
    """The call left us and no answer came: ask the platform before repeating it."""

    code = "outcome_unknown"
    message = "还不知道结果，正在查。"

    def __init__(self, platform: str, what: str) -> None:
        super().__init__(platform, "unknown", what, kind=ErrorKind.UNKNOWN)
