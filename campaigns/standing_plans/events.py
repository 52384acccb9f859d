"""What happened to a standing plan."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref

_WORDS = {
    "edit": "修改",
    "submit": "提交审批",
    "approve": "审批通过",
    "send_back": "退回修改",
    "pause": "暂停",
    "resume": "继续",
    "end": "结束",
}


@dataclass(frozen=True, kw_only=True)
class StandingPlanMoved(Event):
    """It changed its state; `action` is one of `rules.MOVES`."""

    name: ClassVar[str] = "standing_plan.moved"
    standing_plan_id: int
    plan_name: str
    action: str
    state: str

    @property
    def subject(self) -> Ref:
        """`standing_plan:5`."""
        return Ref("standing_plan", self.standing_plan_id)

    @property
    def sentence(self) -> str:
        """`定期计划 周一唤醒 提交审批`."""
        return f"定期计划 {self.plan_name} {_WORDS[self.action]}"
