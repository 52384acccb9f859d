"""What happened to purchase orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from crm_core.parts.purchases.rules import PurchaseState
from foundation import clock
from foundation.events import Event
from foundation.refs import Ref


class PurchaseFacts(TypedDict):
    """The facts of every event of a purchase order."""

    actor: str
    store_id: int
    purchase_id: int


@dataclass(frozen=True, kw_only=True)
class PurchaseEvent(Event):
    """The common facts."""

    purchase_id: int

    @property
    def subject(self) -> Ref:
        """`purchase_order:5`."""
        return Ref("purchase_order", self.purchase_id)


@dataclass(frozen=True, kw_only=True)
class PurchaseOrdered(PurchaseEvent):
    """下单."""

    name: ClassVar[str] = "purchase.ordered"
    supplier: str
    lines: int

    @property
    def sentence(self) -> str:
        return f"向 {self.supplier} 下单，{self.lines} 种配件"


@dataclass(frozen=True, kw_only=True)
class PurchaseExpected(PurchaseEvent):
    """改到货时间."""

    name: ClassVar[str] = "purchase.expected"
    eta: datetime
    reason: str

    @property
    def sentence(self) -> str:
        return f"改为 {clock.dated(self.eta)} 到货：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class PurchaseArrived(PurchaseEvent):
    """到货, of all of it or of a part."""

    name: ClassVar[str] = "purchase.arrived"
    pieces: int
    state: PurchaseState

    @property
    def sentence(self) -> str:
        return f"到货 {self.pieces} 件{'，已到齐' if self.state is PurchaseState.ARRIVED else '，其余未到'}"


@dataclass(frozen=True, kw_only=True)
class PurchaseCancelled(PurchaseEvent):
    """取消 what has not come."""

    name: ClassVar[str] = "purchase.cancelled"

    @property
    def sentence(self) -> str:
        return "取消没到的部分"
