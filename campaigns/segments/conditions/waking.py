"""Conditions about what the last night decided of an owner (唤醒池)."""

from typing import Annotated, Literal

from pydantic import Field

from campaigns.segments.conditions.base import Condition
from campaigns.sql import Parameters
from campaigns.waking.rules import Path


class WakingPath(Condition):
    """最好的方式: by which way the owner is best reached."""

    label = "最好的联系方式"
    field: Literal["waking_path"]
    values: Annotated[tuple[Path, ...], Field(min_length=1, max_length=len(Path))]

    def where(self, to: Parameters) -> str:
        paths = to.add([value.value for value in self.values], "text[]")
        return f"EXISTS (SELECT FROM waking_class w WHERE w.customer_id = c.id AND w.path = ANY({paths}))"

    def words(self) -> str:
        return f"最好用{'或'.join(value.label for value in dict.fromkeys(self.values))}联系"
