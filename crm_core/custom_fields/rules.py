"""What a custom field may hold, and whether somebody may overwrite a value. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeAlias


class FieldKind(StrEnum):
    """What the values of a field are."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DAY = "DAY"
    YES = "YES"
    CHOICE = "CHOICE"


class FieldAbout(StrEnum):
    """What a field is about."""

    CUSTOMER = "CUSTOMER"
    VEHICLE = "VEHICLE"


Given: TypeAlias = str | int | float | bool | date | None
"""A value as a form, a file or a program gives it."""
Held: TypeAlias = str | Decimal | bool | date
"""A value as it is kept."""

LONGEST_TEXT: Final = 200
LARGEST: Final = Decimal(10) ** 11
CODE_FORM: Final = r"[a-z][a-z0-9_]{0,29}"
_BETWEEN: Final = re.compile(r"[、,，;；\n]")
_YES: Final = frozenset({"是", "有", "y", "yes", "true", "1", "√"})
_NO: Final = frozenset({"否", "无", "没有", "n", "no", "false", "0", "×"})


class ValueNotRead(ValueError):
    """Not a value of this field; the text is Chinese and meant for the person who typed it."""


@dataclass(frozen=True)
class Columns:
    """A value by the columns of its table; exactly one is filled."""

    text_value: str | None = None
    number_value: Decimal | None = None
    day_value: date | None = None
    yes_value: bool | None = None


def options_of(text: str) -> tuple[str, ...]:
    """The choices of a field as an administrator types them: `公务、私用、租赁`."""
    return tuple(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def read(kind: FieldKind, options: Sequence[str], given: Given) -> Held | None:
    """The value; None for an empty one.

    Raises:
        ValueNotRead.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    match kind:
        case FieldKind.TEXT:
            text = str(given).strip()
            if len(text) > LONGEST_TEXT:
                raise ValueNotRead(f"最多 {LONGEST_TEXT} 个字。")
            return text
        case FieldKind.CHOICE:
            text = str(given).strip()
            if text not in options:
                raise ValueNotRead(f"请从这些里选：{'、'.join(options)}。")
            return text
        case FieldKind.NUMBER:
            return _number(given)
        case FieldKind.DAY:
            return _day(given)
        case FieldKind.YES:
            return _yes(given)


def columns(value: Held) -> Columns:
    """The value where its table keeps it."""
    match value:
        case bool():
            return Columns(yes_value=value)
        case Decimal():
            return Columns(number_value=value)
        case date():
            return Columns(day_value=value)
    return Columns(text_value=value)


def may_overwrite(set_by: str, writer: str, *, is_person: bool) -> bool:
    """Whether a value is replaced: a person replaces any, a file or program only what it wrote itself."""
    return is_person or set_by == writer


def _number(given: Given) -> Decimal:
    if isinstance(given, bool | date):
        raise ValueNotRead("请填数字。")
    try:
        number = Decimal(str(given).strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueNotRead("请填数字。") from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueNotRead("数字太大了。")
    if number != round(number, 2):
        raise ValueNotRead("最多两位小数。")
    return round(number, 2)


def _day(given: Given) -> date:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given).strip().replace("/", "-")[:10])
    except ValueError:
        raise ValueNotRead("请填日期，例如 2026-05-01。") from None


def _yes(given: Given) -> bool:
    if isinstance(given, bool):
        return given
    text = str(given).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueNotRead("请填是或否。")
