"""What happened to transfers between stores. Each is told of the asking store."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict

from foundation import clock
from foundation.events import Event
from foundation.refs import Ref


class TransferFacts(TypedDict):
    """The facts of every event of a transfer."""

    actor: str
    store_id: int
    transfer_id: int


@dataclass(frozen=True, kw_only=True)
class TransferEvent(Event):
    """The common facts."""

    transfer_id: int

    @property
    def subject(self) -> Ref:
        """`part_transfer:5`."""
        return Ref("part_transfer", self.transfer_id)


@dataclass(frozen=True, kw_only=True)
class TransferAsked(TransferEvent):
    """请调."""

    name: ClassVar[str] = "part_transfer.asked"
    from_store: str
    pieces: int

    @property
    def sentence(self) -> str:
        return f"向 {self.from_store} 请调 {self.pieces} 件"


@dataclass(frozen=True, kw_only=True)
class TransferAgreed(TransferEvent):
    """同意."""

    name: ClassVar[str] = "part_transfer.agreed"
    pieces: int
    eta: datetime

    @property
    def sentence(self) -> str:
        return f"同意调出 {self.pieces} 件，{clock.dated(self.eta)} 到"


@dataclass(frozen=True, kw_only=True)
class TransferExpected(TransferEvent):
    """改到店时间."""

    name: ClassVar[str] = "part_transfer.expected"
    eta: datetime
    reason: str

    @property
    def sentence(self) -> str:
        return f"改为 {clock.dated(self.eta)} 到：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class TransferSent(TransferEvent):
    """发出."""

    name: ClassVar[str] = "part_transfer.sent"
    pieces: int

    @property
    def sentence(self) -> str:
        return f"发出 {self.pieces} 件"


@dataclass(frozen=True, kw_only=True)
class TransferReceived(TransferEvent):
    """收货; `sent` may differ from `pieces`, which were counted."""

    name: ClassVar[str] = "part_transfer.received"
    sent: int
    pieces: int

    @property
    def sentence(self) -> str:
        return f"收到 {self.pieces} 件" + ("" if self.sent == self.pieces else f"，发出的是 {self.sent} 件")


@dataclass(frozen=True, kw_only=True)
class TransferEnded(TransferEvent):
    """不调了: refused by the giving store, or called off by the asking one."""

    name: ClassVar[str] = "part_transfer.ended"
    is_refused: bool
    reason: str

    @property
    def sentence(self) -> str:
        said = "没有同意调出" if self.is_refused else "取消了调拨"
        return f"{said}：{self.reason}" if self.reason else said
