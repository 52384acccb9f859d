"""What happened to runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from crm_core.valet.rules import RunKind, RunState
from foundation import clock
from foundation.events import Event
from foundation.refs import Ref


class RunFacts(TypedDict):
    """The facts of every event of a run."""

    actor: str
    customer_id: int
    store_id: int
    valet_run_id: int
    kind: RunKind


@dataclass(frozen=True, kw_only=True)
class RunEvent(Event):
    """The common facts."""

    valet_run_id: int
    kind: RunKind

    @property
    def subject(self) -> Ref:
        """`valet_run:5`."""
        return Ref("valet_run", self.valet_run_id)


@dataclass(frozen=True, kw_only=True)
class RunAsked(RunEvent):
    """Somebody wants a car fetched or brought."""

    name: ClassVar[str] = "valet_run.asked"
    window_from: datetime

    @property
    def sentence(self) -> str:
        return f"约了{self.kind.word} {clock.dated(self.window_from)}"


@dataclass(frozen=True, kw_only=True)
class RunAssigned(RunEvent):
    """A driver takes it, at a time."""

    name: ClassVar[str] = "valet_run.assigned"
    driver: str
    starts_at: datetime

    @property
    def sentence(self) -> str:
        return f"{self.kind.word}由{self.driver}负责，{clock.dated(self.starts_at)} 出发"


@dataclass(frozen=True, kw_only=True)
class RunMoved(RunEvent):
    """Its booking moved, and its window with it; a driver is looked for anew."""

    name: ClassVar[str] = "valet_run.moved"
    window_from: datetime

    @property
    def sentence(self) -> str:
        return f"预约改期，{self.kind.word}改到 {clock.dated(self.window_from)}"


@dataclass(frozen=True, kw_only=True)
class RunStepped(RunEvent):
    """The driver took a step, or the run ended."""

    name: ClassVar[str] = "valet_run.stepped"
    state: RunState
    reason: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.kind.word}：{_STEPS[self.state]}" + (f"（{self.reason}）" if self.reason else "")


_STEPS = {
    RunState.ON_THE_WAY: "司机已出发",
    RunState.CAR_TAKEN: "司机已接到车",
    RunState.DELIVERED: "车已送到",
    RunState.FAILED: "没有办成",
    RunState.CANCELLED: "已取消",
}
