"""What happened to a request."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from crm_core.approvals.rules import ApprovalState
from foundation.events import Event
from foundation.refs import Ref

_ENDS = {
    ApprovalState.APPROVED: "同意",
    ApprovalState.REFUSED: "驳回",
    ApprovalState.WITHDRAWN: "撤回",
    ApprovalState.EXPIRED: "超时未批",
    ApprovalState.INVALIDATED: "内容已变化，作废",
}


class ApprovalEventFacts(TypedDict):
    """What all events of a request say."""

    actor: str
    store_id: int | None
    approval_id: int
    kind: str
    about: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ApprovalEvent(Event):
    """The facts that every event of a request carries; `about` is the thing to be approved (`broadcast:12`)."""

    approval_id: int
    kind: str
    about: str
    title: str

    @property
    def subject(self) -> Ref:
        """`approval:5`."""
        return Ref("approval", self.approval_id)


@dataclass(frozen=True, kw_only=True)
class ApprovalRequested(ApprovalEvent):
    """Somebody asked for approval."""

    name: ClassVar[str] = "approval.requested"

    @property
    def sentence(self) -> str:
        """`提交审批 X6 车主回店礼`."""
        return f"提交审批 {self.title}"


@dataclass(frozen=True, kw_only=True)
class ApprovalLevelPassed(ApprovalEvent):
    """One level agreed, and the next one is asked."""

    name: ClassVar[str] = "approval.level_passed"
    level: int

    @property
    def sentence(self) -> str:
        """Names the level, counted from 1."""
        return f"第 {self.level + 1} 级审批同意 {self.title}"


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(ApprovalEvent):
    """The request ended in any way. The room of the thing subscribes to this, in the same transaction."""

    name: ClassVar[str] = "approval.decided"
    state: ApprovalState
    content_hash: str
    decided_by: int | None
    note: str = ""

    @property
    def is_approved(self) -> bool:
        """Whether the request was approved."""
        return self.state is ApprovalState.APPROVED

    @property
    def sentence(self) -> str:
        """`审批同意 X6 车主回店礼`."""
        return f"审批{_ENDS[self.state]} {self.title}"
