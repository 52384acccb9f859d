"""The errors of this room."""

from foundation.errors import NotFound, Refused


class MatterNotFound(NotFound):
    """The thing does not exist, or customers are never told anything about its kind."""

    message = "没找到这件事。"


class AlreadyCalled(Refused):
    """Somebody has already phoned about this message."""

    code = "already_called"
    message = "已经有人打过电话了。"


class NobodyToCall(Refused):
    """The message reached its receiver, or what it says is no longer true."""

    code = "nobody_to_call"
    message = "不用再打：已经通知到了，或者情况已经变了。"
