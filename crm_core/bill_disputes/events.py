"""What happened to a disputed line of a bill."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class DisputeFacts(TypedDict):
    """The facts that every event of a dispute carries."""

    actor: str
    customer_id: int
    store_id: int
    dispute_id: int
    bill_id: int
    line: str


@dataclass(frozen=True, kw_only=True)
class DisputeEvent(Event):
    """The base of the events of a dispute."""

    dispute_id: int
    bill_id: int
    line: str

    @property
    def subject(self) -> Ref:
        """`bill_dispute:5`."""
        return Ref("bill_dispute", self.dispute_id)


@dataclass(frozen=True, kw_only=True)
class BillLineDisputed(DisputeEvent):
    """The owner disputed a line."""

    name: ClassVar[str] = "bill_dispute.raised"

    @property
    def sentence(self) -> str:
        """Names the line."""
        return f"对账单里的「{self.line}」提出异议"


@dataclass(frozen=True, kw_only=True)
class DisputeMoved(DisputeEvent):
    """A member of staff took up or answered the dispute, or its owner withdrew it."""

    name: ClassVar[str] = "bill_dispute.moved"
    state: str
    by: str

    @property
    def sentence(self) -> str:
        """Who did what."""
        return {
            "IN_HAND": f"{self.by}处理账单异议「{self.line}」",
            "CORRECTED": f"{self.by}更正了账单异议「{self.line}」",
            "UPHELD": f"{self.by}答复账单异议「{self.line}」：维持不变",
            "WITHDRAWN": f"车主撤回账单异议「{self.line}」",
        }[self.state]
