"""What happened to giving the car back."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class HandOverEventFacts(TypedDict):
    """What every event of a hand-over says."""

    actor: str
    customer_id: int
    store_id: int
    hand_over_id: int
    repair_order_id: int


@dataclass(frozen=True, kw_only=True)
class HandOverEvent(Event):
    """Common facts."""

    hand_over_id: int
    repair_order_id: int

    @property
    def subject(self) -> Ref:
        """`hand_over:5`."""
        return Ref("hand_over", self.hand_over_id)


@dataclass(frozen=True, kw_only=True)
class HandOverOffered(HandOverEvent):
    """The advisor gave everything back and asks the owner to confirm."""

    name: ClassVar[str] = "hand_over.offered"

    @property
    def sentence(self) -> str:
        """A plain fact."""
        return "顾问已交车，等车主确认"


@dataclass(frozen=True, kw_only=True)
class HandOverConfirmed(HandOverEvent):
    """The owner tapped, or the car had left and two days were over (`is_automatic`)."""

    name: ClassVar[str] = "hand_over.confirmed"
    is_automatic: bool

    @property
    def sentence(self) -> str:
        """Honest about who confirmed."""
        return "超时自动确认取车" if self.is_automatic else "车主确认取车"


@dataclass(frozen=True, kw_only=True)
class HandOverDisputed(HandOverEvent):
    """The owner objects."""

    name: ClassVar[str] = "hand_over.disputed"

    @property
    def sentence(self) -> str:
        """Without blame."""
        return "车主对取车有异议"


@dataclass(frozen=True, kw_only=True)
class HandOverSettled(HandOverEvent):
    """The objection ended with something agreed."""

    name: ClassVar[str] = "hand_over.settled"

    @property
    def sentence(self) -> str:
        """What was agreed stands on the hand-over."""
        return "取车异议已处理"
