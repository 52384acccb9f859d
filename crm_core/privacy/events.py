"""What a person asked about their data."""

from dataclasses import dataclass
from typing import ClassVar

from crm_core.privacy.rules import PrivacyRequestKind, PrivacyRequestState
from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class PrivacyRequestEvent(Event):
    """Common facts."""

    privacy_request_id: int
    kind: str

    @property
    def subject(self) -> Ref:
        return Ref("privacy_request", self.privacy_request_id)


@dataclass(frozen=True, kw_only=True)
class PrivacyRequested(PrivacyRequestEvent):
    """A person made a request; the time to answer it has begun."""

    name: ClassVar[str] = "privacy_request.made"
    due_on: str

    @property
    def sentence(self) -> str:
        return f"要求{PrivacyRequestKind(self.kind).label}，{self.due_on} 前答复"


@dataclass(frozen=True, kw_only=True)
class PrivacyRequestAnswered(PrivacyRequestEvent):
    """The officer did what was asked, agreed to it, or refused; `state` says which."""

    name: ClassVar[str] = "privacy_request.answered"
    state: str

    @property
    def sentence(self) -> str:
        done = {PrivacyRequestState.REFUSED: "未能办理", PrivacyRequestState.AGREED: "同意办理"}
        return f"{done.get(PrivacyRequestState(self.state), '已办好')}：{PrivacyRequestKind(self.kind).label}"


@dataclass(frozen=True, kw_only=True)
class PrivacyRequestWithdrawn(PrivacyRequestEvent):
    """The person took their request back."""

    name: ClassVar[str] = "privacy_request.withdrawn"

    @property
    def sentence(self) -> str:
        return f"撤回了{PrivacyRequestKind(self.kind).label}的请求"
