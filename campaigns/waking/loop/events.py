"""What happened to a store's loop."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class WakingLoopMoved(Event):
    """A store began to work on its sleeping owners, or paused."""

    name: ClassVar[str] = "waking_loop.moved"
    store_name: str
    is_running: bool

    @property
    def subject(self) -> Ref:
        """`store:5`."""
        assert self.store_id is not None
        return Ref("store", self.store_id)

    @property
    def sentence(self) -> str:
        """`深圳南山店 的唤醒循环开始了`."""
        return f"{self.store_name} 的唤醒循环{'开始了' if self.is_running else '暂停了'}"
