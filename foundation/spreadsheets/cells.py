"""What a cell can hold, and how the child sends it: as JSON, with a tag for types that JSON lacks."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

MAX_SIGNS: Final = 32_767
"""Characters of one cell; this is Excel's own limit."""

Wire = str | int | float | bool | list[str] | None


@dataclass(frozen=True)
class Fault:
    """An error value (`#N/A`), or a formula whose result the file does not hold (`=`)."""

    shown: str


Cell = str | int | float | bool | datetime | date | time | Fault | None
"""None is an empty cell. A number without a fraction is an int, so that a phone number typed as a number is whole."""


def to_wire(cell: Cell) -> Wire:
    """The cell as JSON can carry it."""
    if isinstance(cell, str):
        return cell[:MAX_SIGNS] or None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, date):  # A datetime is a date too.
        return ["date", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, Fault):
        return ["fault", cell.shown]
    return cell


def from_wire(value: Wire) -> Cell:
    """The cell from its JSON. Raises ValueError for anything that `to_wire` never makes."""
    if not isinstance(value, list):
        return value
    kind, text = value
    match kind:
        case "date":
            return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        case "time":
            return time.fromisoformat(text)
        case "fault":
            return Fault(text)
    raise ValueError(kind)
