"""What happened to a post."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref

_WORDS = {
    "edit": "修改",
    "submit": "提交审批",
    "approve": "审批通过",
    "send_back": "退回修改",
    "begin": "开始，给群主建任务",
    "fail": "没有发成",
    "end": "到期，停止没确认的",
    "cancel": "取消",
    "drop": "已取消",
    "finish": "结束",
    "remind": "提醒没确认的群主",
}


@dataclass(frozen=True, kw_only=True)
class GroupPostMoved(Event):
    """It changed its state, or owners were reminded; `action` is one of `rules.MOVES`, or `remind`."""

    name: ClassVar[str] = "group_post.moved"
    group_post_id: int
    post_name: str
    action: str
    state: str
    reason: str = ""

    @property
    def subject(self) -> Ref:
        """`group_post:5`."""
        return Ref("group_post", self.group_post_id)

    @property
    def sentence(self) -> str:
        """`客户群群发 冬季用车 提交审批`."""
        return f"客户群群发 {self.post_name} {_WORDS[self.action]}{f'：{self.reason}' if self.reason else ''}"
