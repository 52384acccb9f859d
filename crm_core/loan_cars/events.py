"""What happened to lendings."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from crm_core.loan_cars.rules import LendingState
from foundation import clock
from foundation.events import Event
from foundation.refs import Ref


class LendingFacts(TypedDict):
    """The facts of every event of a lending."""

    actor: str
    customer_id: int
    store_id: int
    lending_id: int
    plate: str


@dataclass(frozen=True, kw_only=True)
class LendingEvent(Event):
    """The common facts."""

    lending_id: int
    plate: str

    @property
    def subject(self) -> Ref:
        """`lending:5`."""
        return Ref("lending", self.lending_id)


@dataclass(frozen=True, kw_only=True)
class LendingPlanned(LendingEvent):
    """A loan car was promised, or its time was changed."""

    name: ClassVar[str] = "lending.planned"
    starts_at: datetime
    ends_at: datetime

    @property
    def sentence(self) -> str:
        return f"代步车 {self.plate} {clock.dated(self.starts_at)} 到 {clock.dated(self.ends_at)}"


@dataclass(frozen=True, kw_only=True)
class LendingStepped(LendingEvent):
    """The car was handed out or came back, or nobody needs it any more."""

    name: ClassVar[str] = "lending.stepped"
    state: LendingState
    reason: str = ""

    @property
    def sentence(self) -> str:
        return f"代步车 {self.plate}{_STEPS[self.state]}" + (f"（{self.reason}）" if self.reason else "")


_STEPS = {
    LendingState.OUT: "已借出",
    LendingState.RETURNED: "已还",
    LendingState.CANCELLED: "不借了",
}
