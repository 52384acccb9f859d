"""What a column of a setting list is, and how its values are read, kept as JSON and told. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from foundation.money import format_yuan

Kept: TypeAlias = str | int | bool | list[str] | None
"""A value as it is decoded from JSON."""
Values: TypeAlias = Mapping[str, Kept]
Stored: TypeAlias = str | int | bool | float | list[str] | date | None
"""A value as the table takes it."""
_FULL_DAY: Final = 24 * 60
MOST_MONEY: Final = 10**9
"""Ten million yuan, in fen: more than any price here, and far below what would overflow a sum."""


class ColumnKind(StrEnum):
    """What a value is, so that the page knows which field to show."""

    TEXT = "TEXT"
    WHOLE = "WHOLE"
    MONEY = "MONEY"
    HOURS = "HOURS"
    """Quota hours × 100."""
    DEGREES = "DEGREES"
    YES = "YES"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    DAY = "DAY"
    CLOCK = "CLOCK"
    ROW = "ROW"


class ValueRefused(ValueError):
    """Not a value of this column; the text is Chinese and meant for the person who typed it."""


@dataclass(frozen=True)
class Choice:
    """One of several values, with its word."""

    value: str
    word: str


@dataclass(frozen=True)
class Options:
    """Rows of a table one of which is named: the statement answers `id`, `word`, `store_id` and `is_live`."""

    sql: str


@dataclass(frozen=True)
class Column:
    """A column of a setting list, with everything its field on the page needs."""

    name: str
    word: str
    kind: ColumnKind
    is_required: bool = True
    least: int = 0
    most: int = 0
    """The length of a text, the bounds of a number."""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    options: Options | None = None
    hint: str = ""
    is_fixed: bool = False
    """Whether it is set once, when the row is made."""
    is_shown: bool = True
    """Whether the list has a column of its own for it."""
    pattern: str = ""
    is_number: bool = False
    """Of a choice whose column holds whole numbers."""
    usual: str = ""
    """What a choice is where nothing was said."""


def text(
    name: str,
    word: str,
    most: int,
    *,
    required: bool = True,
    hint: str = "",
    fixed: bool = False,
    pattern: str = "",
    shown: bool = True,
) -> Column:
    """A short text."""
    return Column(
        name, word, ColumnKind.TEXT, required, most=most, hint=hint, is_fixed=fixed, pattern=pattern, is_shown=shown
    )


def whole(name: str, word: str, least: int, most: int, unit: str = "", *, hint: str = "", shown: bool = True) -> Column:
    """A whole number within bounds."""
    return Column(name, word, ColumnKind.WHOLE, True, least, most, unit, hint=hint, is_shown=shown)


def money(name: str, word: str, *, hint: str = "", shown: bool = True) -> Column:
    """An amount in fen."""
    return Column(name, word, ColumnKind.MONEY, True, 0, MOST_MONEY, "元", hint=hint, is_shown=shown)


def hours(name: str, word: str, most: int, *, hint: str = "") -> Column:
    """Quota hours, kept × 100; `most` is in whole hours."""
    return Column(name, word, ColumnKind.HOURS, True, 0, most * 100, "小时", hint=hint)


def degrees(name: str, word: str, least: int, most: int, *, hint: str = "") -> Column:
    """A place on the map; it may be unknown."""
    return Column(name, word, ColumnKind.DEGREES, False, least, most, "度", hint=hint, is_shown=False)


def yes(name: str, word: str, *, hint: str = "", shown: bool = True) -> Column:
    """Yes or no."""
    return Column(name, word, ColumnKind.YES, hint=hint, is_shown=shown)


def choice(
    name: str,
    word: str,
    choices: Mapping[str, str],
    *,
    required: bool = True,
    hint: str = "",
    shown: bool = True,
    number: bool = False,
    fixed: bool = False,
    usual: str = "",
) -> Column:
    """One of several values; `usual` is taken where a form or a file leaves it out."""
    made = tuple(Choice(value, label) for value, label in choices.items())
    return Column(
        name, word, ColumnKind.CHOICE, required, choices=made, hint=hint, is_shown=shown, is_number=number,
        is_fixed=fixed, usual=usual,
    )  # fmt: skip


def choices(name: str, word: str, of: Mapping[str, str], *, required: bool = True, hint: str = "") -> Column:
    """Some of several values, in their order."""
    made = tuple(Choice(value, label) for value, label in of.items())
    return Column(name, word, ColumnKind.CHOICES, required, choices=made, hint=hint)


def day(name: str, word: str, *, required: bool = True, hint: str = "") -> Column:
    """A day."""
    return Column(name, word, ColumnKind.DAY, required, hint=hint)


def of_day(name: str, word: str, *, required: bool = True, hint: str = "", shown: bool = True) -> Column:
    """A time of the day, in minutes after Shanghai midnight; 24:00 is the end of the day."""
    return Column(name, word, ColumnKind.CLOCK, required, 0, _FULL_DAY, hint=hint, is_shown=shown)


def row(
    name: str,
    word: str,
    options: Options,
    *,
    required: bool = True,
    hint: str = "",
    fixed: bool = False,
    shown: bool = True,
) -> Column:
    """Another row, by its id."""
    return Column(name, word, ColumnKind.ROW, required, options=options, hint=hint, is_fixed=fixed, is_shown=shown)


def read(column: Column, value: Kept) -> Stored:
    """The value for the table.

    Raises:
        ValueRefused: of the wrong kind, missing, or beyond the bounds.
    """
    if value is None or value == "" or value == []:
        return _nothing(column)
    match column.kind:
        case ColumnKind.TEXT:
            return _text(column, value)
        case ColumnKind.WHOLE | ColumnKind.MONEY | ColumnKind.HOURS | ColumnKind.CLOCK:
            return _number(column, value)
        case ColumnKind.DEGREES:
            return _degrees(column, value)
        case ColumnKind.YES:
            if isinstance(value, bool):
                return value
        case ColumnKind.CHOICE:
            if value in [each.value for each in column.choices]:
                return int(str(value)) if column.is_number else str(value)
        case ColumnKind.CHOICES:
            if isinstance(value, list) and set(value) <= {each.value for each in column.choices}:
                return [each.value for each in column.choices if each.value in value]
        case ColumnKind.DAY:
            return _day(column, value)
        case ColumnKind.ROW:
            if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
                return value
    raise ValueRefused(f"{column.word}要从给出的里面选。")


def _nothing(column: Column) -> Stored:
    if column.kind is ColumnKind.YES:
        return False
    if column.usual:
        return column.usual
    if column.is_required:
        raise ValueRefused(f"{column.word}要填。")
    if column.kind is ColumnKind.CHOICES:
        return []
    return "" if column.kind in (ColumnKind.TEXT, ColumnKind.CHOICE) else None


def _text(column: Column, value: Kept) -> str:
    if not isinstance(value, str):
        raise ValueRefused(f"{column.word}要填文字。")
    if len(value) > column.most:
        raise ValueRefused(f"{column.word}最多 {column.most} 个字。")
    if column.pattern and not re.fullmatch(column.pattern, value):
        raise ValueRefused(f"{column.word}写得不对{'：' + column.hint if column.hint else '。'}")
    return value


def _number(column: Column, value: Kept) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueRefused(f"{column.word}要填数字。")
    if not column.least <= value <= column.most:
        ends = [tell(column, end) for end in (column.least, column.most)]
        raise ValueRefused(f"{column.word}应在 {ends[0]} 到 {ends[1]} 之间。")
    return value


def _degrees(column: Column, value: Kept) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise ValueRefused(f"{column.word}要填数字，如 114.057868。") from None
    if not column.least <= number <= column.most:
        raise ValueRefused(f"{column.word}应在 {column.least} 到 {column.most} 度之间。")
    return round(number, 6)


def _day(column: Column, value: Kept) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueRefused(f"{column.word}要填日期。") from None


def keep(column: Column, stored: Stored) -> Kept:
    """A value of the table as JSON."""
    if isinstance(stored, datetime):
        raise TypeError(f"{column.name} is a moment")
    if isinstance(stored, date):
        return stored.isoformat()
    if isinstance(stored, float):
        return f"{stored:.6f}".rstrip("0").rstrip(".")
    if column.is_number and stored is not None:
        return str(stored)
    return stored


def tell(column: Column, value: Kept, words: Mapping[int, str] | None = None) -> str:
    """A value in words; `words` names the rows a column may hold. Empty for none."""
    if value is None or value == "":
        return ""
    match column.kind:
        case ColumnKind.YES:
            return "是" if value else "否"
        case ColumnKind.MONEY:
            return f"{format_yuan(int(str(value)))} 元"
        case ColumnKind.HOURS:
            return f"{int(str(value)) / 100:g} 小时"
        case ColumnKind.CLOCK:
            return "{:02d}:{:02d}".format(*divmod(int(str(value)), 60))
        case ColumnKind.CHOICE:
            return next((each.word for each in column.choices if each.value == value), str(value))
        case ColumnKind.CHOICES:
            chosen: Sequence[str] = value if isinstance(value, list) else ()
            return "、".join(each.word for each in column.choices if each.value in chosen)
        case ColumnKind.ROW:
            return (words or {}).get(int(str(value)), str(value))
        case ColumnKind.WHOLE:
            return f"{value} {column.unit}".strip()
    return str(value)
