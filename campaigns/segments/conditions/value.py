"""Conditions about a customer's value to the workshop: RFM grades, the value and the group that follow from them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from campaigns.segments.conditions.base import Bounds, Condition
from campaigns.segments.rfm_sql import graded_where
from campaigns.sql import Parameters
from crm_core.customers.rfm import ValueGroup, group_of, value_of

_Grade = Annotated[int, Field(ge=1, le=5)]
_Tenths = Annotated[int, Field(ge=10, le=50)]


class Grades(Condition):
    """RFM: grades from 1 to 5 of recency, frequency and money, each at least or at most."""

    label = "RFM 级别"
    field: Literal["rfm"]
    recency_at_least: _Grade | None = None
    recency_at_most: _Grade | None = None
    frequency_at_least: _Grade | None = None
    frequency_at_most: _Grade | None = None
    monetary_at_least: _Grade | None = None
    monetary_at_most: _Grade | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> "Grades":
        if all(bound is None for pair in self._pairs for bound in pair):
            raise ValueError("缺少下限或上限")
        if any(low is not None and high is not None and low > high for low, high in self._pairs):
            raise ValueError("下限大于上限")
        return self

    @property
    def _pairs(self) -> tuple[tuple[int | None, int | None], ...]:
        return (
            (self.recency_at_least, self.recency_at_most),
            (self.frequency_at_least, self.frequency_at_most),
            (self.monetary_at_least, self.monetary_at_most),
        )

    def where(self, to: Parameters) -> str:
        def fits(*grades: int) -> bool:
            return all(
                (low or 1) <= grade <= (high or 5) for grade, (low, high) in zip(grades, self._pairs, strict=True)
            )

        return graded_where(fits, to)

    def words(self) -> str:
        said = []
        for letter, (low, high) in zip("RFM", self._pairs, strict=True):
            if low is not None or high is not None:
                said.append(f"{letter} {low or 1}–{high or 5}")
        return f"RFM 级别 {'、'.join(said)} 级"


class ValueIs(Bounds):
    """价值 from 1.0 to 5.0, given in tenths."""

    label = "客户价值"
    field: Literal["value"]
    at_least_tenths: _Tenths | None = None
    at_most_tenths: _Tenths | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_tenths, self.at_most_tenths

    def where(self, to: Parameters) -> str:
        low, high = self.at_least_tenths or 10, self.at_most_tenths or 50
        return graded_where(lambda r, f, m: low <= value_of(r, f, m, to.rfm) * 10 <= high, to)

    def words(self) -> str:
        low, high = (None if bound is None else Decimal(bound) / 10 for bound in self.bounds)
        if low is not None and high is not None:
            return f"价值 {low} 到 {high}"
        return f"价值 {low} 以上" if low is not None else f"价值不超过 {high}"


class ValueGroupIs(Condition):
    """价值分组: 重点保持, 高价值流失, 一般维护."""

    label = "价值分组"
    field: Literal["value_group"]
    values: Annotated[tuple[ValueGroup, ...], Field(min_length=1, max_length=3)]

    def where(self, to: Parameters) -> str:
        def fits(recency: int, frequency: int, monetary: int) -> bool:
            value = value_of(recency, frequency, monetary, to.rfm)
            return group_of(recency, monetary, value, to.rfm) in self.values

        return graded_where(fits, to)

    def words(self) -> str:
        return f"属于{'或'.join(self.values)}"
