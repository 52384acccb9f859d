"""Columns that hold what a store notes beyond what everybody notes, found by the field's own name. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from crm_core.custom_fields.filling import LiveField
from crm_core.custom_fields.rules import FieldAbout, FieldKind, Given, Held, ValueNotRead, options_of
from crm_core.custom_fields.rules import read as read_value
from crm_core.imports import values
from crm_core.imports.entities import Entity
from crm_core.imports.headers import is_known, normal
from foundation.spreadsheets.cells import Cell

_ABOUT: Final = {
    Entity.CUSTOMERS: (FieldAbout.CUSTOMER,),
    Entity.CARS: (FieldAbout.VEHICLE,),
    Entity.CUSTOMERS_CARS: (FieldAbout.CUSTOMER, FieldAbout.VEHICLE),
}
PREFIX: Final = "custom."


def key_of(field: LiveField) -> str:
    """What a column that holds the field is taken for."""
    return f"{PREFIX}{field.about.value.lower()}.{field.code}"


def of_sheet(fields: Sequence[LiveField], entity: Entity) -> list[LiveField]:
    """The fields a sheet of this kind may have."""
    return [field for field in fields if field.about in _ABOUT.get(entity, ())]


def field_of(fields: Sequence[LiveField], entity: Entity, header: str) -> str | None:
    """What a column of this name holds. A name every program uses keeps its usual meaning."""
    if is_known(header):
        return None
    wanted = normal(header)
    return next((key_of(field) for field in of_sheet(fields, entity) if normal(field.name) == wanted), None)


def by_key(fields: Sequence[LiveField]) -> Mapping[str, LiveField]:
    """The fields by what their columns are taken for."""
    return {key_of(field): field for field in fields}


def read(field: LiveField, cell: Cell) -> Held | None:
    """The value of a cell; None for an empty one.

    Raises:
        ValueNotRead: it does not fit the field.
    """
    return read_value(field.kind, options_of(field.options), _given(field.kind, cell))


def _given(kind: FieldKind, cell: Cell) -> Given:
    if kind is FieldKind.DAY:
        return _day(cell)
    if kind is FieldKind.YES and isinstance(cell, str | bool):
        return cell  # 无 is an answer here, and not an empty cell.
    told = values.plain(cell)
    if told.value is None and told.codes:
        raise ValueNotRead("单元格里是公式错误。")
    return told.value


def _day(cell: Cell) -> date | None:
    told = values.day(cell)
    if told.value is None and told.codes:
        raise ValueNotRead("日期认不出来。")
    return told.value
