"""A table of the world: rows in memory, looked up by key or by an index, each change remembered until it is written."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from simulator.storage import Change

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")


class Journal:
    """The changes since the last write, newest state per row only."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], Any] = {}

    def note(self, kind: str, key: str, row: Any) -> None:
        """Remember that the row changed (None: it was removed)."""
        self._pending[kind, key] = row

    def take(self) -> list[Change]:
        """Hand over everything noted, serialised, and start anew."""
        pending, self._pending = self._pending, {}
        return [
            (kind, key, None if row is None else orjson.dumps(row).decode().replace("\\u0000", ""))
            for (kind, key), row in pending.items()
        ]


class Table(Generic[Row]):
    """Rows of one dataclass. The key and the indexed fields of a row never change."""

    def __init__(
        self,
        journal: Journal,
        row_type: type[Row],
        key: Callable[[Row], str],
        **indexes: Callable[[Row], str],
    ) -> None:
        self.kind = row_type.__name__
        self._journal = journal
        self._row_type = row_type
        self._fields = {field.name for field in dataclasses.fields(row_type)}
        self._key = key
        self._rows: dict[str, Row] = {}
        self._indexes = {name: (field, dict[str, dict[str, Row]]()) for name, field in indexes.items()}

    def get(self, key: str) -> Row | None:
        """The row, or None."""
        return self._rows.get(key)

    def put(self, row: Row) -> Row:
        """Insert the row, or note that it changed."""
        key = self._key(row)
        self._place(key, row)
        self._journal.note(self.kind, key, row)
        return row

    def remove(self, row: Row) -> None:
        """Take the row out of the world."""
        key = self._key(row)
        self._rows.pop(key, None)
        for field, found in self._indexes.values():
            found.get(field(row), {}).pop(key, None)
        self._journal.note(self.kind, key, None)

    def where(self, index: str, value: str) -> list[Row]:
        """Rows whose indexed field has this value, oldest first."""
        return list(self._indexes[index][1].get(value, {}).values())

    def load(self, key: str, body: str) -> None:
        """Take over a stored row; fields of older versions are left out."""
        known = {name: value for name, value in orjson.loads(body).items() if name in self._fields}
        self._place(key, self._row_type(**known))

    def clear(self) -> None:
        """Forget the rows without noting it."""
        self._rows.clear()
        for _, found in self._indexes.values():
            found.clear()

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def _place(self, key: str, row: Row) -> None:
        self._rows[key] = row
        for field, found in self._indexes.values():
            found.setdefault(field(row), {})[key] = row
