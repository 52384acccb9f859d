"""The base of all conditions: one row of the editor, which validates itself and makes its SQL and its words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campaigns.sql import Parameters
from foundation import clock

MOST_VALUES = 50
_MODEL = re.compile(r"\bm\.")
Word = Annotated[str, Field(min_length=1, max_length=40)]
Words = Annotated[tuple[Word, ...], Field(min_length=1, max_length=MOST_VALUES)]
Days = Annotated[int, Field(ge=1, le=3650)]
Months = Annotated[int, Field(ge=1, le=240)]
Fen = Annotated[int, Field(ge=0, le=10**12)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1))]


def owns(car_test: str) -> str:
    """SQL condition: the customer owns a car for which the test is true."""
    model = " JOIN vehicle_model m ON m.id = v.model_id" if _MODEL.search(car_test) else ""
    return (
        f"EXISTS (SELECT 1 FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id{model} "
        f"WHERE o.customer_id = c.id AND o.until_on IS NULL AND {car_test})"
    )


@dataclass(frozen=True)
class Names:
    """What the things are called that conditions name by their ids, as far as the reader may know."""

    lists: Mapping[int, str] = field(default_factory=dict)
    templates: Mapping[int, str] = field(default_factory=dict)


NO_NAMES: Final = Names()


def names_or(unnamed: str, names: Mapping[int, str], ids: Sequence[int]) -> str:
    """`「甲」或「乙」`; `unnamed` if one of them has no name here."""
    return "或".join(f"「{names[one]}」" for one in ids) if all(one in names for one in ids) else unnamed


class Condition(BaseModel):
    """One row of the editor."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: ClassVar[str]
    is_total: ClassVar[bool] = True

    def where(self, to: Parameters) -> str:
        """The SQL test about `c`, in parentheses or as a single call."""
        raise NotImplementedError

    def words(self) -> str:
        """The Chinese words of the test, to be followed by 「的车主」."""
        raise NotImplementedError

    def said(self, names: Names) -> str:
        """The words with the names of the things it asks about."""
        return self.words()


class CarCondition(Condition):
    """A condition about a car that the customer owns."""

    def car_test(self, to: Parameters) -> str:
        """The SQL test about the car `v`, in parentheses."""
        raise NotImplementedError

    def where(self, to: Parameters) -> str:
        return owns(self.car_test(to))


class Bounds(Condition):
    """A condition with a lower bound, an upper bound, or both."""

    @model_validator(mode="after")
    def _has_a_bound(self) -> "Bounds":
        low, high = self.bounds
        if low is None and high is None:
            raise ValueError("缺少下限或上限")
        if low is not None and high is not None and low > high:
            raise ValueError("下限大于上限")
        return self

    @property
    def bounds(self) -> tuple[Any, Any]:
        """The lower and the upper bound, as numbers or days; None for one that is not set."""
        raise NotImplementedError

    def between(self, column: str, kind: str, to: Parameters) -> str:
        low, high = self.bounds
        tests = [f"{column} >= {to.add(low, kind)}"] if low is not None else []
        tests += [f"{column} <= {to.add(high, kind)}"] if high is not None else []
        return f"({' AND '.join(tests)})"


def days_ago(days: int, to: Parameters) -> str:
    """A placeholder for the day so many days before today."""
    return to.add(to.today - timedelta(days=days), "date")


def began_days_ago(days: int, to: Parameters) -> str:
    """A placeholder for the moment at which the day so many days before today began."""
    return to.add(_midnight(to.today - timedelta(days=days)), "timestamptz")


def ended_days_ago(days: int, to: Parameters) -> str:
    """A placeholder for the moment at which the day so many days before today was over."""
    return to.add(_midnight(to.today - timedelta(days=days - 1)), "timestamptz")


def _midnight(day: date) -> datetime:
    return clock.at(day)


def range_words(low: int | None, high: int | None, unit: str) -> str:
    """A range in Chinese words, with its unit; one of the bounds may be None."""
    if low is not None and high is not None:
        return f" {low} 到 {high} {unit}"
    return f" {low} {unit}以上" if low is not None else f"不超过 {high} {unit}"
