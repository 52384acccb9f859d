"""Sheets with rows of a list of settings: which columns they have, and what a cell says. Pure.

The names of columns are those of the list's page and of its export; 编号 is the row it was exported from.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from crm_core.imports import values
from crm_core.imports.entities import Entity
from crm_core.imports.headers import normal
from crm_core.imports.layout import LOOKED_AT_ROWS
from crm_core.imports.plans import EXAMPLE_LENGTH, ColumnPlan, SheetPlan
from crm_core.settings import kinds
from crm_core.settings.declaring import SettingList
from crm_core.settings.exportable import NUMBER
from crm_core.settings.kinds import ColumnKind, Kept, ValueRefused
from foundation.money import MoneyUnreadable, parse_yuan
from foundation.spreadsheets.cells import Cell, Fault
from foundation.spreadsheets.reading import Row

ID: Final = "id"
"""The field of 编号."""
SAID: Final = "setting"
"""Among a row's proposals, why it was not taken."""
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4])[:：](\d\d)(?::00)?")
_BETWEEN: Final = re.compile(r"[、,，;；/\s]+")
_YES: Final = frozenset({"是", "有", "对", "真", "1", "y", "yes", "true", "√", "✓"})
_NO: Final = frozenset({"否", "无", "不", "假", "0", "n", "no", "false", "×"})
_QUOTED: Final = re.compile(r"'(?=[=+\-@])")
"""What an export writes before a text that a spreadsheet program would take for a formula."""


def words(of: SettingList) -> dict[str, str]:
    """What a column may be taken for: field → its word."""
    return {ID: NUMBER, **{column.name: column.word for column in of.columns}}


def plan(of: SettingList, index: int, name: str, rows: Sequence[Row], remembered: Mapping[str, str]) -> SheetPlan:
    """What a sheet is, by its first rows: the header is the row that names most columns of the list."""
    candidates = [row for row in rows if row.number <= LOOKED_AT_ROWS]
    header = max(candidates, key=lambda row: (len(_fields(of, row)), -row.number), default=None)
    found = _fields(of, header) if header is not None else {}
    if header is None or not set(found.values()) - {ID}:
        return SheetPlan(index, name, False, False, None, 0)
    columns = []
    for place, cell in enumerate(header.cells):
        text = str(cell).strip() if cell is not None else ""
        if text:
            said = remembered.get(normal(text), found.get(place)) or None
            columns.append(ColumnPlan(place, text, "", said, _example(rows, header.number, place), False, False))
    return SheetPlan(index, name, False, True, Entity.SETTINGS, header.number, columns)


def remembered_as(setting_list: str, sheet: SheetPlan) -> str:
    """Under which name the layout of a sheet is remembered: the same columns may stand in several lists."""
    return hashlib.sha256(f"{setting_list}|{sheet.headers_hash}".encode()).hexdigest()


def _fields(of: SettingList, row: Row) -> dict[int, str]:
    """By place, the field whose word stands there; each field once."""
    known = {normal(word): field for field, word in words(of).items()}
    found: dict[int, str] = {}
    for place, cell in enumerate(row.cells):
        text = re.sub(r"[（(].*[)）]$", "", str(cell).strip()) if isinstance(cell, str) else ""
        field = known.get(normal(text))
        if field is not None and field not in found.values():
            found[place] = field
    return found


def _example(rows: Sequence[Row], header_row: int, place: int) -> str:
    filled = (
        text
        for row in rows
        if row.number > header_row and place < len(row.cells) and (text := text_in(row.cells[place]))
    )
    return next(filled, "")[:EXAMPLE_LENGTH]


def text_in(cell: Cell) -> str:
    """A cell as text, as a person would read it."""
    if isinstance(cell, datetime):
        return f"{cell:%H:%M}" if cell.year < 1901 else cell.date().isoformat()
    text = cell.shown if isinstance(cell, Fault) else values.plain(cell).value or ""
    return _QUOTED.sub("", text, count=1) if text.startswith("'") else text


def number_in(cell: Cell) -> int | None:
    """The row that 编号 names; None where it is empty.

    Raises:
        ValueRefused: no number.
    """
    text = text_in(cell)
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise ValueRefused("编号要照导出的写，新的一行就空着。")
    return int(text)


def understand(column: kinds.Column, cell: Cell, rows: Mapping[str, Sequence[int]] | None = None) -> Kept:
    """What a cell says of a setting; `rows` has the rows that may be named, by their word.

    Raises:
        ValueRefused: it cannot be read; the sentence says what is wanted.
    """
    if isinstance(cell, Fault):
        raise ValueRefused(f"{column.word}是算式错误（{cell.shown}）。")
    text = text_in(cell)
    if not text:
        return None
    match column.kind:
        case ColumnKind.TEXT | ColumnKind.DEGREES:
            return text
        case ColumnKind.WHOLE:
            return _whole(column, text)
        case ColumnKind.MONEY:
            try:
                return parse_yuan(text.removesuffix("元").strip())
            except MoneyUnreadable as unreadable:
                raise ValueRefused(f"{column.word}：{unreadable}") from unreadable
        case ColumnKind.HOURS:
            return _hours(column, text)
        case ColumnKind.YES:
            return _yes(column, text)
        case ColumnKind.CHOICE:
            return _one_of(column, text)
        case ColumnKind.CHOICES:
            return [_one_of(column, part) for part in _BETWEEN.split(text) if part]
        case ColumnKind.DAY:
            day = values.day(cell).value
            if day is None:
                raise ValueRefused(f"{column.word}要填日期，如 2026-05-01。")
            return day.isoformat()
        case ColumnKind.CLOCK:
            return _clock(column, text)
        case ColumnKind.ROW:
            return _row(column, text, rows or {})


def _whole(column: kinds.Column, text: str) -> int:
    bare = text.removesuffix(column.unit).replace(",", "").replace("，", "").strip()
    if not bare.isdecimal() or len(bare) > 12:
        raise ValueRefused(f"{column.word}要填整数。")
    return int(bare)


def _hours(column: kinds.Column, text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})(?:\.(\d{1,2})0*)?\s*(?:小时|工时|h)?", text, re.IGNORECASE)
    if not found:
        raise ValueRefused(f"{column.word}要填小时数，最多两位小数，如 0.8。")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _yes(column: kinds.Column, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueRefused(f"{column.word}要填 是 或 否。")


def _one_of(column: kinds.Column, text: str) -> str:
    for choice in column.choices:
        if text in (choice.word, choice.value):
            return choice.value
    raise ValueRefused(f"{column.word}没有「{text[:20]}」，可以填：{'、'.join(each.word for each in column.choices)}。")


def _clock(column: kinds.Column, text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if not found or int(found[2]) > 59:
        raise ValueRefused(f"{column.word}要填几点几分，如 08:30。")
    return int(found[1]) * 60 + int(found[2])


def _row(column: kinds.Column, text: str, rows: Mapping[str, Sequence[int]]) -> int:
    found = rows.get(text, ())
    if len(found) == 1:
        return found[0]
    raise ValueRefused(f"{column.word}{'有几个都叫' if found else '没有'}「{text[:20]}」，要从给出的里面选。")
