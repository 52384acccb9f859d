"""What the endpoints that bring rows share: the parts of a row, and the answer."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import Field

from crm_core.custom_fields.rules import CODE_FORM, LARGEST
from crm_core.imports.rules import Result
from crm_core.partners.calls import BroughtRow
from crm_core.partners.rules import ROWS_AT_ONCE
from foundation.spreadsheets.cells import Cell
from foundation.web import Schema

ExternalId = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s:]+$")]
"""The number the program itself has for the row."""
Text: TypeAlias = Annotated[str, Field(max_length=120)]
StoreCode = Annotated[str, Field(max_length=40)]
"""Code, name or short name of a store. A key for one store needs none."""
Fen = Annotated[int, Field(ge=0, le=10**11)]
MOST_ROWS = ROWS_AT_ONCE
CustomValue: TypeAlias = (
    Annotated[str, Field(max_length=400)] | Annotated[int, Field(gt=-int(LARGEST), lt=int(LARGEST))] | bool | None
)
Custom: TypeAlias = Annotated[
    dict[Annotated[str, Field(pattern=f"^{CODE_FORM}$")], CustomValue],
    Field(max_length=50),
]
"""Fields of the dealer's own, by their codes; days as `2026-03-02`, amounts and other numbers as text."""


class BroughtOut(Schema):
    """A result for each row in the order of the rows, and how many ended how."""

    results: list[BroughtRow]
    new: int
    changed: int
    same: int
    refused: int


def told(results: list[BroughtRow]) -> BroughtOut:
    """The answer to a call that brought rows."""
    ended = [row.result for row in results]
    return BroughtOut(
        results=results,
        new=ended.count(Result.NEW),
        changed=ended.count(Result.CHANGED),
        same=ended.count(Result.SAME),
        refused=ended.count(Result.REFUSED),
    )


def cells(row: Schema, *, besides: frozenset[str] = frozenset({"external_id", "custom"})) -> dict[str, Cell]:
    """The values of a row by the fields of an import; those left out are not there."""
    return {name: value for name, value in row if value is not None and name not in besides}


def yuan(fen: int | None) -> Cell:
    """An amount as a cell of a spreadsheet has it."""
    return None if fen is None else str(Decimal(fen) / 100)
