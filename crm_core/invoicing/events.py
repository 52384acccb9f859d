"""What happened to a request for an invoice."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class InvoiceFacts(TypedDict):
    """What every event of one says."""

    actor: str
    customer_id: int
    store_id: int
    request_id: int
    bill_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class InvoiceEvent(Event):
    """Common facts."""

    request_id: int
    bill_id: int
    amount_fen: int

    @property
    def subject(self) -> Ref:
        """`invoice_request:5`."""
        return Ref("invoice_request", self.request_id)


@dataclass(frozen=True, kw_only=True)
class InvoiceRequested(InvoiceEvent):
    """The owner waits for an invoice."""

    name: ClassVar[str] = "invoice.requested"

    @property
    def sentence(self) -> str:
        """Without the title, which is their own affair."""
        return "申请开发票"


@dataclass(frozen=True, kw_only=True)
class InvoiceEnded(InvoiceEvent):
    """It was issued, refused or withdrawn."""

    name: ClassVar[str] = "invoice.ended"
    state: str

    @property
    def sentence(self) -> str:
        """What became of it."""
        return {"ISSUED": "发票已开出", "REFUSED": "发票没有开成", "WITHDRAWN": "撤回了开票申请"}[self.state]
