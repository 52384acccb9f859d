"""What happened to a broadcast."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref

_WORDS = {
    "submit": "提交审批",
    "approve": "审批通过",
    "send_back": "退回修改",
    "edit": "修改",
    "schedule": "排期",
    "start": "开始群发",
    "hold": "到点没有开始",
    "pause": "暂停",
    "stop": "停止线暂停",
    "resume": "继续",
    "finish": "结束",
    "cancel": "取消",
}


@dataclass(frozen=True, kw_only=True)
class BroadcastMoved(Event):
    """A broadcast changed its state; `action` is one of `rules.MOVES`."""

    name: ClassVar[str] = "broadcast.moved"
    broadcast_id: int
    broadcast_name: str
    action: str
    state: str
    reason: str = ""

    @property
    def subject(self) -> Ref:
        """`broadcast:5`."""
        return Ref("broadcast", self.broadcast_id)

    @property
    def sentence(self) -> str:
        """`X6 车主回店礼 提交审批`."""
        why = f"：{self.reason}" if self.reason else ""
        return f"{self.broadcast_name} {_WORDS[self.action]}{why}"


@dataclass(frozen=True, kw_only=True)
class SendTaskPassed(Event):
    """Colleagues were asked to send to people of a member's task who are also their friends."""

    name: ClassVar[str] = "broadcast.task_passed"
    broadcast_id: int
    broadcast_name: str
    member: str
    colleagues: str

    @property
    def subject(self) -> Ref:
        """`broadcast:5`."""
        return Ref("broadcast", self.broadcast_id)

    @property
    def sentence(self) -> str:
        """`X6 车主回店礼 周敏的任务换李敏发`."""
        return f"{self.broadcast_name} {self.member}的任务换{self.colleagues}发"


@dataclass(frozen=True, kw_only=True)
class CampaignSent(Event):
    """A customer got the message, because a salesperson confirmed the task."""

    name: ClassVar[str] = "message.campaign_sent"
    broadcast_id: int
    broadcast_name: str

    @property
    def subject(self) -> Ref:
        """`broadcast:5`."""
        return Ref("broadcast", self.broadcast_id)

    @property
    def sentence(self) -> str:
        """`收到群发 X6 车主回店礼`."""
        return f"收到群发 {self.broadcast_name}"
