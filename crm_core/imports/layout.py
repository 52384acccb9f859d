"""Where a sheet's header stands, what its columns hold, and what each of its rows is. Pure.

rows of the sheet = header rows + blank + totals + notes + data; a row number is the one the dealer's program shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from crm_core.imports.entities import BROUGHT, Entity
from crm_core.imports.headers import SENSITIVE, STORED_VALUE, field_of, fits, is_known
from foundation.spreadsheets.cells import Cell
from foundation.spreadsheets.reading import Row

LOOKED_AT_ROWS: Final = 20
LEAST_KNOWN: Final = 2
_TOTALS: Final = ("合计", "总计", "小计", "共计", "汇总")
_NOTES: Final = ("备注", "说明", "制表", "打印", "导出", "审核", "第")


@dataclass(frozen=True)
class Column:
    """A column of the sheet: where it stands (from 0), its name and the group above it, the field it holds."""

    index: int
    header: str
    group: str
    field: str | None

    @property
    def is_sensitive(self) -> bool:
        """Never mapped by itself."""
        return self.field == SENSITIVE

    @property
    def is_refused(self) -> bool:
        """Stored value: money that is owed, not a coupon."""
        return self.field == STORED_VALUE


@dataclass(frozen=True)
class Layout:
    """How a sheet is read."""

    entity: Entity
    header_row: int
    """Its number; everything down to it is head."""
    columns: tuple[Column, ...]

    @cached_property
    def places(self) -> dict[str, tuple[int, ...]]:
        """Where each field stands; several columns may hold one."""
        found: dict[str, tuple[int, ...]] = {}
        for column in self.columns:
            if column.field:
                found[column.field] = (*found.get(column.field, ()), column.index)
        return found

    def cells(self, row: Row, name: str) -> list[Cell]:
        """The cells of the columns that hold this field, in their order."""
        return [at(row, index) for index in self.places.get(name, ())]

    def cell(self, row: Row, name: str) -> Cell:
        """The first of them; None where no column holds the field."""
        places = self.places.get(name)
        return at(row, places[0]) if places else None


@dataclass
class Tally:
    """What the rows of a sheet were."""

    head: int = 0
    blank: int = 0
    total: int = 0
    note: int = 0
    data: int = 0
    last: int = field(default=0, repr=False)

    @property
    def sheet(self) -> int:
        """All of them."""
        return self.head + self.blank + self.total + self.note + self.data


def find(rows: Sequence[Row], *, entity: Entity | None = None) -> Layout | None:
    """The layout of a sheet by its first rows, of `entity` if that is said; None if nothing there names columns."""
    candidates = [row for row in rows if row.number <= LOOKED_AT_ROWS]
    known = {row.number: sum(is_known(header) for header in _headers(row)) for row in candidates}
    best = max(candidates, key=lambda row: (known[row.number], -row.number), default=None)
    if best is None or known[best.number] < LEAST_KNOWN:
        return None
    headers = _headers(best)
    kind = entity or max(BROUGHT, key=lambda one: fits(one, headers))
    if not entity and fits(kind, headers) == 0:
        return None
    above = next((row for row in rows if row.number == best.number - 1), None)
    return Layout(kind, best.number, tuple(_columns(best, above, kind)))


def tally(row: Row, layout: Layout, counts: Tally) -> bool:
    """Add a row to `counts`, with the blank rows that the file leaves out before it. True if the row is data.

    Rows up to the header count as head, and totals and notes are told by how their first cell begins. A note fills one
    cell, or several that are merged and so hold the same.
    """
    blank = row.number - counts.last - 1
    counts.last = row.number
    if row.number <= layout.header_row:
        counts.head += blank + 1
        return False
    counts.blank += blank
    filled = [cell for cell in row.cells if cell is not None and str(cell).strip()]
    first = "".join(str(filled[0]).split()) if filled else ""
    if not filled:
        counts.blank += 1
    elif first.startswith(_TOTALS) and not _has_identity(row, layout):
        counts.total += 1
    elif len(set(filled)) == 1 and first.startswith(_NOTES):
        counts.note += 1
    else:
        counts.data += 1
        return True
    return False


def at(row: Row, index: int) -> Cell:
    """The cell of a column; rows end with their last filled cell."""
    return row.cells[index] if index < len(row.cells) else None


def _columns(header: Row, above: Row | None, entity: Entity) -> list[Column]:
    taken: set[str] = set()
    columns = []
    for index, name in enumerate(_headers(header)):
        if not name:
            continue
        group = str(at(above, index) or "") if above else ""
        found = field_of(entity, name)
        # A field that holds one value takes the first column of its name; phones and dates may have several.
        if found in taken and found not in _SEVERAL:
            found = None
        if found:
            taken.add(found)
        columns.append(Column(index, name, group if group != name else "", found))
    return columns


_SEVERAL: Final = {"phone", "phone_2", "landline", "insurance_ends_on", "inspection_due_on", SENSITIVE, "note"}
_IDENTITIES: Final = {"vin", "phone", "plate", "external_id", "number", "userid", "code"}


def _headers(row: Row) -> list[str]:
    return [cell.strip() if isinstance(cell, str) else "" for cell in row.cells]


def _has_identity(row: Row, layout: Layout) -> bool:
    """A customer may be called 小计 or 汇总; a line of totals has no number of anything."""
    texts = [
        str(cell)
        for column in layout.columns
        if column.field in _IDENTITIES and (cell := at(row, column.index)) is not None
    ]
    return any(len(text.strip()) >= 4 and "".join(text.split()) not in _TOTALS for text in texts)
