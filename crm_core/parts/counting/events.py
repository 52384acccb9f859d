"""What happened to stock takes."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class StockTakeEvent(Event):
    """The common facts; `differing` bins were not as the ledger said."""

    stock_take_id: int
    differing: int

    @property
    def subject(self) -> Ref:
        """`stock_take:5`."""
        return Ref("stock_take", self.stock_take_id)


@dataclass(frozen=True, kw_only=True)
class StockTakeFinished(StockTakeEvent):
    """盘完了."""

    name: ClassVar[str] = "stock_take.finished"

    @property
    def sentence(self) -> str:
        return f"盘点完成，{self.differing} 处有差异" if self.differing else "盘点完成，没有差异"


@dataclass(frozen=True, kw_only=True)
class StockTakeBooked(StockTakeEvent):
    """入账."""

    name: ClassVar[str] = "stock_take.booked"
    pieces: int

    @property
    def sentence(self) -> str:
        return f"盘点入账，{self.differing} 处差异，合计 {self.pieces:+d} 件"
