"""What happens at the gate."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class CarAtGate(Event):
    """A camera saw a car coming, or somebody said what became of it; it concerns no person by itself."""

    name: ClassVar[str] = "gate_arrival.changed"
    gate_arrival_id: int

    @property
    def subject(self) -> Ref:
        return Ref("gate_arrival", self.gate_arrival_id)

    @property
    def sentence(self) -> str:
        return "有车到门口"
