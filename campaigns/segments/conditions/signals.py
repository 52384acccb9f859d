"""The condition on early signals."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from campaigns.segments.conditions.base import Condition
from campaigns.sql import Parameters
from campaigns.waking.early_signals import Signal, signal_where


class ShowsSignals(Condition):
    """早期信号: shows at least so many of these."""

    label = "早期信号"
    field: Literal["early_signals"]
    values: Annotated[tuple[Signal, ...], Field(min_length=1, max_length=len(Signal))]
    at_least: Annotated[int, Field(ge=1, le=len(Signal))] = 1

    @model_validator(mode="after")
    def _are_so_many(self) -> "ShowsSignals":
        if self.at_least > len(set(self.values)):
            raise ValueError("要的信号数比选中的还多")
        return self

    def where(self, to: Parameters) -> str:
        tests = [signal_where(one, to) for one in dict.fromkeys(self.values)]
        if self.at_least == 1:
            return f"({' OR '.join(tests)})"
        return f"({' + '.join(f'{test}::int' for test in tests)} >= {to.add(self.at_least, 'int')})"

    def words(self) -> str:
        said = "、".join(one.label for one in dict.fromkeys(self.values))
        return f"有早期信号（{said}）" if self.at_least == 1 else f"有 {self.at_least} 个以上早期信号（{said}）"
