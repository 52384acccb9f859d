"""Reading the cells of one row while gathering what has to be said of them."""

import hashlib
from typing import Any, TypeVar

from crm_core.imports import values
from crm_core.imports.codes import Code
from crm_core.imports.taking.run import Run
from foundation.spreadsheets.cells import Cell
from foundation.spreadsheets.reading import Row

T = TypeVar("T")


class Said:
    """Reads the cells of one row and gathers what has to be said of them."""

    def __init__(self, run: Run, row: Row) -> None:
        self.run, self.row, self.codes = run, row, list[Code]()

    def take(self, read: values.Read[T]) -> T | None:
        """The value; its remarks are kept."""
        self.codes += read.codes
        return read.value

    def cell(self, name: str) -> Cell:
        """The cell of the column that holds this field."""
        return self.run.layout.cell(self.row, name)

    def text(self, name: str) -> str | None:
        """A cell of letters and numbers."""
        return self.take(values.identifier(self.cell(name)))


def digest(*parts: Any) -> str:
    """What tells one content from another."""
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()[:40]
