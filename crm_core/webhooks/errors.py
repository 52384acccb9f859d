"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class WebhookNotFound(NotFound):
    """No such webhook, or delivery, for this actor."""

    message = "没找到这个回调推送。"


class TargetNotAccepted(InvalidInput):
    """The address may not be named; the sentence says why."""

    code = "webhook_target"
    message = "这个网址不能用。"


class EventsNotAccepted(InvalidInput):
    """None chosen, or one that cannot be told."""

    code = "webhook_events"
    message = "请至少选择一种事件。"


class WebhookIsPaused(Refused):
    """Nothing is sent to a target that is paused or ended."""

    code = "webhook_paused"
    message = "推送已暂停或已停用，请先恢复。"
