"""What happened to a task."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class TaskFacts(TypedDict):
    """What all events of a task say."""

    actor: str
    customer_id: int
    store_id: int
    task_id: int
    what: str


@dataclass(frozen=True, kw_only=True)
class TaskEvent(Event):
    """The facts that all events of a task share; `what` is the kind in the trade's word."""

    task_id: int
    what: str

    @property
    def subject(self) -> Ref:
        return Ref("task", self.task_id)


@dataclass(frozen=True, kw_only=True)
class CustomerContacted(TaskEvent):
    """Somebody called or wrote."""

    name: ClassVar[str] = "task.contacted"
    by: str
    how: str
    outcome: str
    note: str

    @property
    def sentence(self) -> str:
        return f"{self.by} {self.how}谈{self.what}：{self.outcome}" + (f"，{self.note}" if self.note else "")


@dataclass(frozen=True, kw_only=True)
class TaskBooked(TaskEvent):
    """The store's own people booked the car in."""

    name: ClassVar[str] = "task.booked"
    by: str

    @property
    def sentence(self) -> str:
        return f"{self.by} 约到了{self.what}"


@dataclass(frozen=True, kw_only=True)
class TaskArrived(TaskEvent):
    """The car of that booking was taken in."""

    name: ClassVar[str] = "task.arrived"

    @property
    def sentence(self) -> str:
        return f"{self.what}招徕到店"


@dataclass(frozen=True, kw_only=True)
class TaskEnded(TaskEvent):
    """It ended without a visit of its own."""

    name: ClassVar[str] = "task.ended"
    because: str

    @property
    def sentence(self) -> str:
        return f"{self.what}任务结束：{self.because}"


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(TaskEvent):
    """Somebody else works on it."""

    name: ClassVar[str] = "task.assigned"
    to: str

    @property
    def sentence(self) -> str:
        return f"{self.what}任务交给{self.to}"
