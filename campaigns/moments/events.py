"""What happened to a Moment."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref

_WORDS = {
    "edit": "修改",
    "submit": "提交审批",
    "approve": "审批通过",
    "send_back": "退回修改",
    "ask": "交给企业微信",
    "take": "企业微信已接收",
    "made": "企业微信已建好，等员工发表",
    "again": "企业微信没有收到，重新提交",
    "lose": "等企业微信的结果",
    "fail": "没有建成",
    "end": "到期，停止发表",
    "cancel": "取消",
    "watch": "已停止发表，继续读互动",
    "drop": "已取消",
    "finish": "结束",
    "remind": "提醒没发表的同事",
}


@dataclass(frozen=True, kw_only=True)
class MomentMoved(Event):
    """It changed its state, or its members were reminded; `action` is one of `rules.MOVES`, or `remind`."""

    name: ClassVar[str] = "moment.moved"
    moment_id: int
    moment_name: str
    action: str
    state: str
    reason: str = ""

    @property
    def subject(self) -> Ref:
        """`moment:5`."""
        return Ref("moment", self.moment_id)

    @property
    def sentence(self) -> str:
        """`朋友圈 冬季用车 提交审批`."""
        return f"朋友圈 {self.moment_name} {_WORDS[self.action]}{f'：{self.reason}' if self.reason else ''}"
