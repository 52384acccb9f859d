"""What happened to a link."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class ProgressShared(Event):
    """The owner gave a link away."""

    name: ClassVar[str] = "progress_share.made"
    repair_order_id: int
    share_id: int

    @property
    def subject(self) -> Ref:
        return Ref("repair_order", self.repair_order_id)

    @property
    def sentence(self) -> str:
        return "把维修进度分享给家人"


@dataclass(frozen=True, kw_only=True)
class ShareRevoked(Event):
    """The owner took a link back."""

    name: ClassVar[str] = "progress_share.revoked"
    repair_order_id: int
    share_id: int

    @property
    def subject(self) -> Ref:
        return Ref("repair_order", self.repair_order_id)

    @property
    def sentence(self) -> str:
        return "取消了维修进度的分享"
