"""What happened to a request for an invoice."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class InvoiceFacts(TypedDict):
    """The facts that every event of a request carries."""

    actor: str
    customer_id: int
    store_id: int
    request_id: int
    bill_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class InvoiceEvent(Event):
    """The base of the events of a request."""

    request_id: int
    bill_id: int
    amount_fen: int

    @property
    def subject(self) -> Ref:
        """`invoice_request:5`."""
        return Ref("invoice_request", self.request_id)


@dataclass(frozen=True, kw_only=True)
class InvoiceRequested(InvoiceEvent):
    """An owner asked for an invoice."""

    name: ClassVar[str] = "invoice.requested"

    @property
    def sentence(self) -> str:
        """The sentence leaves out the title, which is the owner's private matter."""
        return "申请开发票"


@dataclass(frozen=True, kw_only=True)
class InvoiceEnded(InvoiceEvent):
    """The request was issued, refused or withdrawn."""

    name: ClassVar[str] = "invoice.ended"
    state: str

    @property
    def sentence(self) -> str:
        """The outcome."""
        return {"ISSUED": "发票已开出", "REFUSED": "发票没有开成", "WITHDRAWN": "撤回了开票申请"}[self.state]
