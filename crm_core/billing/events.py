"""What happened to a bill and to giving the car back."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.money import format_yuan
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class BillEvent(Event):
    """Common facts."""

    bill_id: int
    repair_order_id: int
    total_fen: int

    @property
    def subject(self) -> Ref:
        """`bill:5`."""
        return Ref("bill", self.bill_id)


@dataclass(frozen=True, kw_only=True)
class BillSent(BillEvent):
    """The owner was asked to look at it."""

    name: ClassVar[str] = "bill.sent"

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"发出账单 {format_yuan(self.total_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillRecalled(BillEvent):
    """The advisor took it back before it was confirmed."""

    name: ClassVar[str] = "bill.recalled"

    @property
    def sentence(self) -> str:
        """A plain fact."""
        return "收回账单"


@dataclass(frozen=True, kw_only=True)
class BillConfirmed(BillEvent):
    """The owner agrees."""

    name: ClassVar[str] = "bill.confirmed"

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"确认账单 {format_yuan(self.total_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillPaid(BillEvent):
    """Exactly what was payable is there."""

    name: ClassVar[str] = "bill.paid"
    campaign_tokens: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"账单付清 {format_yuan(self.total_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillRefunded(BillEvent):
    """Money of it went back."""

    name: ClassVar[str] = "bill.refunded"
    amount_fen: int
    is_all_back: bool
    """Nothing of what was paid is left."""

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"账单退款 {format_yuan(self.amount_fen)} 元"


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
