"""What happened to a bill."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.money import format_yuan
from foundation.refs import Ref


class BillFacts(TypedDict):
    """What every event of a bill says."""

    actor: str
    customer_id: int
    store_id: int
    bill_id: int
    about: str
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class BillEvent(Event):
    """Common facts."""

    bill_id: int
    about: str
    """The thing that is billed, `repair_order:12`."""
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
