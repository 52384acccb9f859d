"""What a transaction of an import writes, kept so that it can be taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias, TypedDict

Value: TypeAlias = str | int | float | bool | date | datetime | None
Columns: TypeAlias = Mapping[str, Value]
"""Columns of a row by name."""


class Change(TypedDict):
    """Columns of one row before and after."""

    table: str
    id: int
    before: Columns
    after: Columns


@dataclass
class Journal:
    """What one transaction made and changed."""

    made: dict[str, list[int]] = field(default_factory=dict)
    changed: list[Change] = field(default_factory=list)

    def make(self, table: str, ids: Iterable[int]) -> None:
        """Rows of `table` came to be."""
        new = list(ids)
        if new:
            self.made.setdefault(table, []).extend(new)

    def change(self, table: str, row_id: int, before: Columns, after: Columns) -> None:
        """Columns of a row that was there took other values."""
        self.changed.append({"table": table, "id": row_id, "before": dict(before), "after": dict(after)})
