"""The events of a bill. Each sentence names the sum where there is one."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.money import format_yuan
from foundation.refs import Ref


class BillFacts(TypedDict):
    """The facts of every event of a bill, to be passed as keyword arguments."""

    actor: str
    customer_id: int
    store_id: int
    bill_id: int
    about: str
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class BillEvent(Event):
    """The facts that all events of a bill share."""

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
    """The bill was sent to the owner."""

    name: ClassVar[str] = "bill.sent"

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"发出账单 {format_yuan(self.total_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillRecalled(BillEvent):
    """The advisor recalled the bill before it was confirmed."""

    name: ClassVar[str] = "bill.recalled"

    @property
    def sentence(self) -> str:
        """`收回账单`."""
        return "收回账单"


@dataclass(frozen=True, kw_only=True)
class BillConfirmed(BillEvent):
    """The owner confirmed the bill."""

    name: ClassVar[str] = "bill.confirmed"

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"确认账单 {format_yuan(self.total_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillPaid(BillEvent):
    """The bill is paid in full."""

    name: ClassVar[str] = "bill.paid"
    campaign_tokens: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"账单付清 {format_yuan(self.total_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillRefunded(BillEvent):
    """Money of the bill was refunded."""

    name: ClassVar[str] = "bill.refunded"
    amount_fen: int
    is_all_back: bool
    """Everything that was paid has been refunded."""

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"账单退款 {format_yuan(self.amount_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class BillReduced(BillEvent):
    """Something was taken off a line that its owner was right to dispute; `total_fen` is what the bill is after it."""

    name: ClassVar[str] = "bill.reduced"
    amount_fen: int
    line: str
    why: str

    @property
    def sentence(self) -> str:
        """With the line and the sum."""
        return f"账单「{self.line}」减免 {format_yuan(self.amount_fen)} 元"
