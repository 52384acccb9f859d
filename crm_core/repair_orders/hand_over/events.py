"""The events of the hand-over."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class HandOverEventFacts(TypedDict):
    """The facts of every event of a hand-over, to be passed as keyword arguments."""

    actor: str
    customer_id: int
    store_id: int
    hand_over_id: int
    repair_order_id: int


@dataclass(frozen=True, kw_only=True)
class HandOverEvent(Event):
    """The facts that all events of a hand-over share."""

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
        """`顾问已交车，等车主确认`."""
        return "顾问已交车，等车主确认"


@dataclass(frozen=True, kw_only=True)
class HandOverConfirmed(HandOverEvent):
    """The owner confirmed, or it confirmed itself two days after the car had left (`is_automatic`)."""

    name: ClassVar[str] = "hand_over.confirmed"
    is_automatic: bool

    @property
    def sentence(self) -> str:
        """Says whether the owner or the time limit confirmed."""
        return "超时自动确认取车" if self.is_automatic else "车主确认取车"


@dataclass(frozen=True, kw_only=True)
class HandOverDisputed(HandOverEvent):
    """The owner objects."""

    name: ClassVar[str] = "hand_over.disputed"

    @property
    def sentence(self) -> str:
        """`车主对取车有异议`."""
        return "车主对取车有异议"


@dataclass(frozen=True, kw_only=True)
class HandOverSettled(HandOverEvent):
    """The objection ended with something agreed."""

    name: ClassVar[str] = "hand_over.settled"

    @property
    def sentence(self) -> str:
        """`取车异议已处理`; what was agreed is stored with the hand-over."""
        return "取车异议已处理"
