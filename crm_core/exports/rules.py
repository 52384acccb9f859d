"""When an export needs approval, how long it can be fetched, and what a cell holds."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from foundation.moves import Moves

FREE_ROWS: Final = 100
"""Up to so many rows nobody is asked. Illegally giving away 500 records of customers is a crime (法释〔2017〕10号,
art. 5), so whoever takes more than a screen or two away does so with somebody's knowledge."""
MOST_ROWS: Final = 300_000
"""As many as an import of ours takes; a sheet holds a million, a person reads none of them."""
FETCHED_FOR: Final = timedelta(hours=24)
FILE_LEFT_FOR: Final = timedelta(days=7)
"""A request for approval ends within days; what was written for it is deleted then in any case."""

Value: TypeAlias = "str | int | Decimal | date | Collection[str] | None"
"""What the fields of a row hold; words of an enum are texts, times are days, and yes and no are numbers."""


class ExportFormat(StrEnum):
    """The kind of file."""

    XLSX = "xlsx"
    CSV = "csv"


class ExportState(StrEnum):
    """Where an export stands."""

    QUEUED = "QUEUED"
    WAITING = "WAITING"
    READY = "READY"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"


MOVES: Final[Moves[ExportState]] = {
    ExportState.QUEUED: {
        "finish": ExportState.READY,
        "wait": ExportState.WAITING,
        "fail": ExportState.FAILED,
    },
    ExportState.WAITING: {"agree": ExportState.READY, "refuse": ExportState.REFUSED},
    ExportState.READY: {"expire": ExportState.EXPIRED},
}


def needs_approval(rows: int) -> bool:
    """Whether somebody has to agree to taking so many rows away."""
    return rows > FREE_ROWS


def harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula when it opens a .csv (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
