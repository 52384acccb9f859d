"""What happened in the store room."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class PartsEvent(Event):
    """The facts that every event of the store room carries."""

    repair_order_id: int
    part_names: tuple[str, ...]

    @property
    def subject(self) -> Ref:
        return Ref("repair_order", self.repair_order_id)

    @property
    def _names(self) -> str:
        return "、".join(self.part_names)


@dataclass(frozen=True, kw_only=True)
class PartsIssued(PartsEvent):
    """领料."""

    name: ClassVar[str] = "parts.issued"

    @property
    def subject(self) -> Ref:
        # The pick list of an order is named by the order's id. A second press of its card looks up by this name who
        # handed the parts out.
        return Ref("pick_list", self.repair_order_id)

    @property
    def sentence(self) -> str:
        return f"领出配件 {self._names}"


@dataclass(frozen=True, kw_only=True)
class PartsBackOrdered(PartsEvent):
    """缺料: a part is not in stock; `expected_at` is None until somebody knows when it comes."""

    name: ClassVar[str] = "parts.back_ordered"
    line_id: int
    expected_at: datetime | None

    @property
    def sentence(self) -> str:
        return f"缺配件 {self._names}"


@dataclass(frozen=True, kw_only=True)
class PartsArrived(PartsEvent):
    """到货: a part arrived and is reserved for the job that waits for it."""

    name: ClassVar[str] = "parts.arrived"
    line_id: int

    @property
    def sentence(self) -> str:
        return f"配件 {self._names} 到货"
