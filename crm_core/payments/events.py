"""The events of payments and refunds. Each sentence names the sum."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.money import format_yuan
from foundation.refs import Ref


class RefundFacts(TypedDict):
    """What all events of a refund say."""

    actor: str
    customer_id: int
    store_id: int
    payment_id: int
    about: str
    amount_fen: int
    refund_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentEvent(Event):
    """The facts that all these events share; `about` names what is paid for."""

    payment_id: int
    about: str
    amount_fen: int

    @property
    def subject(self) -> Ref:
        """`bill:12`."""
        return Ref.parse(self.about)


@dataclass(frozen=True, kw_only=True)
class PaymentSucceeded(PaymentEvent):
    """The expected sum was paid."""

    name: ClassVar[str] = "payment.succeeded"
    method: str

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"付款 {format_yuan(self.amount_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class PaymentFlagged(PaymentEvent):
    """Money arrived that does not fit; `amount_fen` is what was received."""

    name: ClassVar[str] = "payment.flagged"
    problem: str

    @property
    def sentence(self) -> str:
        """With the sum, and without blaming anybody."""
        return f"收到 {format_yuan(self.amount_fen)} 元，和应付不一致，等人核对"


@dataclass(frozen=True, kw_only=True)
class RefundRequested(PaymentEvent):
    """Somebody requested a refund."""

    name: ClassVar[str] = "refund.requested"
    refund_id: int

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"申请退款 {format_yuan(self.amount_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(PaymentEvent):
    """The money is back with the payer."""

    name: ClassVar[str] = "refund.succeeded"
    refund_id: int

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"退款 {format_yuan(self.amount_fen)} 元"


@dataclass(frozen=True, kw_only=True)
class RefundEnded(PaymentEvent):
    """The refund was refused or closed, so its sum is available again."""

    name: ClassVar[str] = "refund.ended"
    refund_id: int

    @property
    def sentence(self) -> str:
        """With the sum."""
        return f"退款 {format_yuan(self.amount_fen)} 元没有进行"
