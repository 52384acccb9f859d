"""What an import makes of each sheet of its file, as it is shown, changed and kept. Pure."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import TypeAdapter

from crm_core.custom_fields.filling import LiveField
from crm_core.dealerships.masks import mask_name, mask_plate, mask_vin
from crm_core.imports import own_fields
from crm_core.imports.entities import Entity
from crm_core.imports.errors import ColumnsNotAccepted, NothingChosen
from crm_core.imports.headers import REQUIRED, SENSITIVE, STORED_VALUE, fields_of, normal
from crm_core.imports.layout import Column, Layout, find
from crm_core.imports.rules import ORDER, Counts
from foundation.json_types import Json
from foundation.spreadsheets.cells import Cell, Fault
from foundation.spreadsheets.reading import Row

EXAMPLE_LENGTH = 40


@dataclass(frozen=True)
class ColumnPlan:
    """One column: its name in the file, what it is taken for, and its first filled cell, masked."""

    index: int
    header: str
    group: str
    field: str | None
    example: str
    is_sensitive: bool
    is_refused: bool


@dataclass(frozen=True)
class RowCounts:
    """How many rows of a sheet are what. sheet = head + blank + total + note + data."""

    sheet: int
    head: int
    blank: int
    total: int
    note: int
    data: int


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: what its rows are about and how its columns are read. `entity` is None where nobody can tell."""

    index: int
    name: str
    is_hidden: bool
    is_chosen: bool
    entity: Entity | None
    header_row: int
    columns: list[ColumnPlan] = field(default_factory=list)
    rows: RowCounts = RowCounts(0, 0, 0, 0, 0, 0)
    unknown_models: list[str] = field(default_factory=list)
    """Texts that no model of the catalogue fits, each once: a person may map them."""
    pictures: int = 0
    """Pictures in the sheet; none is taken."""

    def layout(self) -> Layout:
        """How its rows are read."""
        assert self.entity is not None
        columns = tuple(Column(each.index, each.header, each.group, each.field) for each in self.columns)
        return Layout(self.entity, self.header_row, columns)

    @property
    def headers_hash(self) -> str:
        """The same for every sheet with these column names, in whatever order."""
        names = sorted(normal(column.header) for column in self.columns)
        return hashlib.sha256("|".join(names).encode()).hexdigest()


PLANS: TypeAdapter[list[SheetPlan]] = TypeAdapter(list[SheetPlan])
_COUNTS: TypeAdapter[Counts] = TypeAdapter(Counts)


def counts_of(kept: Mapping[str, Json]) -> Counts:
    """The counts of a sheet as they are kept; none yet are noughts."""
    return _COUNTS.validate_python(kept)


def without_examples(plans: Sequence[SheetPlan]) -> list[SheetPlan]:
    """The plans without what they quote of the file: what is to be done, and nothing of anybody."""
    return [replace(plan, columns=[replace(column, example="") for column in plan.columns]) for plan in plans]


@dataclass(frozen=True)
class ColumnChoice:
    """What a person says a column holds; None is nothing."""

    index: int
    field: str | None


@dataclass(frozen=True)
class SheetChoice:
    """What a person says of a sheet."""

    index: int
    is_chosen: bool
    entity: Entity | None
    columns: list[ColumnChoice] | None = None


def plan(
    index: int,
    name: str,
    rows: Sequence[Row],
    *,
    is_hidden: bool,
    remembered: Mapping[str, str],
    own: Sequence[LiveField] = (),
) -> SheetPlan:
    """The plan of a sheet by its first rows, not counted yet; `remembered` is what its columns were the last time, and
    `own` are the fields the store keeps besides.
    """
    layout = find(rows)
    if layout is None:
        return SheetPlan(index, name, is_hidden, False, None, 0)
    columns = [_column(column, layout, rows, remembered, own) for column in layout.columns]
    return SheetPlan(index, name, is_hidden, not is_hidden, layout.entity, layout.header_row, columns)


def choose(
    plans: Sequence[SheetPlan],
    choices: Sequence[SheetChoice],
    own: Sequence[LiveField] = (),
    list_fields: Collection[str] | None = None,
) -> list[SheetPlan]:
    """The plans as a person wants them; `list_fields` are those of the list of settings whose rows the file brings.

    Raises:
        ColumnsNotAccepted: a field the sheet cannot have, one that is missing, a sensitive or refused column.
        NothingChosen: no sheet is left.
    """
    wanted = {choice.index: choice for choice in choices}
    chosen = [_choose(one, wanted[one.index], own, list_fields) if one.index in wanted else one for one in plans]
    if not any(one.is_chosen for one in chosen):
        raise NothingChosen
    return chosen


def in_order(plans: Sequence[SheetPlan]) -> list[SheetPlan]:
    """The chosen sheets in the order in which they are taken."""
    chosen = [one for one in plans if one.is_chosen and one.entity is not None]
    return sorted(chosen, key=lambda one: (ORDER.index(one.entity) if one.entity else 0, one.index))


def _choose(
    plan_: SheetPlan, choice: SheetChoice, own: Sequence[LiveField], list_fields: Collection[str] | None
) -> SheetPlan:
    entity = choice.entity or plan_.entity
    if entity is not None and (entity is Entity.SETTINGS) != (list_fields is not None):
        raise ColumnsNotAccepted("这张表不是这个列表的。", sheet=plan_.name)
    if choice.is_chosen and (entity is None or not plan_.columns):
        raise ColumnsNotAccepted("这张表认不出列名，不能导入。", sheet=plan_.name)
    columns = plan_.columns
    if choice.columns is not None and entity is not None:
        fields = {each.index: each.field for each in choice.columns}
        allowed = list_fields
        if allowed is None:
            allowed = fields_of(entity) | own_fields.by_key(own_fields.of_sheet(own, entity)).keys()
        for each in columns:
            said = fields.get(each.index)
            if said is not None and (said not in allowed or each.is_sensitive or each.is_refused):
                raise ColumnsNotAccepted(f"「{each.header}」不能对应到这个内容。", column=each.index)
        columns = [replace(each, field=fields.get(each.index)) for each in columns]
    has = {each.field for each in columns}
    if choice.is_chosen and entity is not None and (missing := [name for name in REQUIRED[entity] if name not in has]):
        raise ColumnsNotAccepted("缺少必填的列。", missing=missing)
    return replace(plan_, is_chosen=choice.is_chosen, entity=entity, columns=columns)


_LONG_NUMBER: Final = re.compile(r"\d{10,}")
"""A phone, a card, a number of a contract; a day is shorter."""
_VIN: Final = re.compile(r"[A-Za-z0-9]{17}")
_PERSONS: Final = frozenset({Entity.CUSTOMERS, Entity.CUSTOMERS_CARS})
_ADDRESS_LENGTH: Final = 6


def example_of(text: str, field_name: str | None, entity: Entity) -> str:
    """A cell as the page may show it to whoever maps its column: enough to see what it is, not whose it is.

    What a phone looks like must stay to be seen: `1.38E+10` tells that its digits are lost.
    """
    owner, _, name = (field_name or "").rpartition(".")
    is_of_person = owner == Entity.CUSTOMERS.value or (not owner and entity in _PERSONS)
    if name == "name" and is_of_person:
        return mask_name(text)
    if name == "address":
        return f"{text[:_ADDRESS_LENGTH]}…" if len(text) > _ADDRESS_LENGTH else text
    if name == "plate":
        return mask_plate(text)
    if _VIN.fullmatch(text):
        return mask_vin(text)
    return _LONG_NUMBER.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", text)[:EXAMPLE_LENGTH]


def _column(
    column: Column, layout: Layout, rows: Sequence[Row], remembered: Mapping[str, str], own: Sequence[LiveField]
) -> ColumnPlan:
    filled = (
        shown
        for row in rows
        if row.number > layout.header_row and column.index < len(row.cells)
        if (shown := _shown(row.cells[column.index]))
    )
    guessed = own_fields.field_of(own, layout.entity, column.header) or column.field
    known = remembered.get(normal(column.header), guessed)
    is_sensitive, is_refused = column.field == SENSITIVE, column.field == STORED_VALUE
    return ColumnPlan(
        column.index,
        column.header,
        column.group,
        None if is_sensitive or is_refused else known or None,
        "" if is_sensitive else example_of(next(filled, ""), known or column.field, layout.entity),
        is_sensitive,
        is_refused,
    )


def _shown(cell: Cell) -> str:
    if isinstance(cell, Fault):
        return cell.shown
    return "" if cell is None else str(cell).strip()
