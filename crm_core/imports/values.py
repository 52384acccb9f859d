"""One cell read as what its column holds. Pure: the day is handed in.

A reader returns the value in our form, or None where there is none, and what has to be said about it.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Generic, TypeVar

from crm_core.imports.codes import Code
from crm_core.spelling.plate import PlateInvalid, parse_plate
from crm_core.spelling.vin import VinProblem, check_digit, inspect_vin, normalise_vin
from foundation.spreadsheets.cells import Cell, Fault
from foundation.text import clean, one_line

T = TypeVar("T")

_keeping = lru_cache(maxsize=4096, typed=True)
"""Columns repeat their days, models and names row after row."""

EMPTY_WORDS: Final = frozenset({"", "无", "暂无", "空", "-", "--", "/", "null", "none", "n/a", "\\n"})
NO_PLATE_WORDS: Final = frozenset({"临牌", "未上牌", "无牌", "新车"})
MOST_EXACT: Final = 10**15
"""Excel keeps fifteen digits of a number."""
FIRST_SERIAL, LAST_SERIAL = 20_000, 73_050
"""Numbers that are days since 1900: from 1954 to 2099."""
MOST_KM: Final = 999_999
_SERIAL_ZERO: Final = date(1899, 12, 30)
_NO_DATES: Final = frozenset({"0", "1900-01-00", "1900-1-0", "1970-01-01", "1970-1-1"})
_WRAPPED: Final = re.compile(r'="(.*)"', re.DOTALL)
_SCIENTIFIC: Final = re.compile(r"([0-9](?:\.([0-9]+))?)E\+?([0-9]{1,2})", re.IGNORECASE)
_STARTS_A_FORMULA: Final = re.compile(r"^[\s\u00a0]*[=+\-@＝＋－＠]", re.MULTILINE)
_DATE: Final = re.compile(
    r"(?P<year>\d{4}|\d{2})(?P<mark>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[\sT]+(?:[上下]午\s*)?\d{1,2}:\d{2}.*)?"
)
_DATE_DIGITS: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_TIME: Final = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2})?(?:\s*[-~至].*)?")
_AMOUNT: Final = re.compile(r"(-?\d+(?:\.\d+)?)(万)?")
_KM: Final = re.compile(r"(-?\d+(?:\.\d+)?)(万)?(?:km|公里)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A value and the remarks on it."""

    value: T | None
    codes: tuple[Code, ...] = ()


@_keeping
def plain(cell: Cell) -> Read[str]:
    """A text column: a number is its digits, a wrapper and a quote that keep zeros are off, blanks and 无 are empty."""
    match cell:
        case str():
            text = _unwrapped(cell)
            return Read(None) if text.casefold() in EMPTY_WORDS else Read(text)
        case None:
            return Read(None)
        case Fault():
            return Read(None, (Code.EXCEL_ERROR,))
        case bool():
            return Read("是" if cell else "否")
        case int() if abs(cell) >= MOST_EXACT:
            return Read(None, (Code.DIGITS_LOST,))
        case int() | float():
            return Read(str(cell))
    return Read(cell.isoformat())


@_keeping
def identifier(cell: Cell) -> Read[str]:
    """A text column of numbers and letters: half width, on one line; zeros stay."""
    read = plain(cell)
    if read.value is None:
        return read
    if _SCIENTIFIC.fullmatch(read.value):
        return unscientific(read.value)
    return Read(one_line(unicodedata.normalize("NFKC", read.value)), read.codes)


def unscientific(text: str) -> Read[str]:
    """The digits of `1.9900000205E+10` if all of them are there. A *number* shown like that is whole; a text is not."""
    if not (match := _SCIENTIFIC.fullmatch(text)):
        return Read(text)
    fraction, exponent = match[2] or "", int(match[3])
    if len(fraction) < exponent:
        return Read(None, (Code.DIGITS_LOST,))
    digits = str(Decimal(text).quantize(Decimal(1)))
    return Read(digits, (Code.SCI_RECOVERED,))


def free_text(cell: Cell) -> Read[str]:
    """What people wrote, as they wrote it; told where a spreadsheet would take it for a formula."""
    read = plain(cell)
    if read.value is None or not isinstance(cell, str) or not _STARTS_A_FORMULA.search(read.value):
        return read
    return Read(read.value, (*read.codes, Code.TEXT_FORMULA))


@_keeping
def day(cell: Cell, *, today: date | None = None) -> Read[date]:
    """A date in any of its spellings; with `today`, one after it is refused."""
    read = _day(cell)
    if today is not None and read.value is not None and read.value > today:
        return Read(None, (*read.codes, Code.DATE_FUTURE))
    return read


def clock_time(cell: Cell) -> Read[time]:
    """A time of day; of a span its beginning."""
    if isinstance(cell, datetime):
        return Read(cell.time())
    if isinstance(cell, time):
        return Read(cell)
    text = plain(cell).value
    if text is None:
        return Read(None)
    if match := _TIME.fullmatch(unicodedata.normalize("NFKC", text)):
        hour, minute = int(match[1]), int(match[2])
        if hour < 24 and minute < 60:
            return Read(time(hour, minute))
    return Read(None, (Code.TIME_BAD,))


def money(cell: Cell) -> Read[int]:
    """An amount in fen: `¥3,000`, `680元`, `8.6万`. Never negative, at most two decimals."""
    read = _number(cell, "¥￥元,，", _AMOUNT)
    if read.value is None:
        return Read(None, (*read.codes, Code.MONEY_BAD) if read.codes == () and not _is_blank(cell) else read.codes)
    if read.value < 0:
        return Read(None, (Code.NEGATIVE,))
    fen = read.value * 100
    return Read(int(fen)) if fen == int(fen) else Read(None, (Code.MONEY_BAD,))


def kilometres(cell: Cell) -> Read[int]:
    """A reading of the odometer: `35,210km`, `3.5万`."""
    text = plain(cell).value or ""
    read = _number(cell, ",，", _KM)
    if read.value is None:
        return Read(None, read.codes if read.codes or _is_blank(cell) else (Code.KM_BAD,))
    if not 0 <= read.value <= MOST_KM:
        return Read(None, (Code.KM_BAD,))
    return Read(int(read.value), (Code.KM_ROUNDED,) if "万" in text else ())


def whole(cell: Cell) -> Read[int]:
    """A number of pieces."""
    read = _number(cell, ",，", _AMOUNT)
    if read.value is None:
        return Read(None, read.codes if read.codes or _is_blank(cell) else (Code.QTY_FRACTION,))
    if read.value < 0:
        return Read(None, (Code.NEGATIVE,))
    return Read(int(read.value)) if read.value == int(read.value) else Read(None, (Code.QTY_FRACTION,))


def vin(cell: Cell) -> Read[str]:
    """A VIN in one spelling. Letters I, O and Q are digits if the check digit then agrees."""
    read = identifier(cell)
    if read.value is None:
        return read
    typed = normalise_vin(read.value)
    meant = typed.translate(str.maketrans("IOQ", "100"))
    if meant != typed and inspect_vin(meant).problem is None and check_digit(meant) == meant[8]:
        return Read(meant, (*read.codes, Code.VIN_FIXED))
    check = inspect_vin(typed)
    match check.problem:
        case None:
            return Read(check.vin, read.codes)
        case VinProblem.DUMMY:
            return Read(None, (Code.VIN_DUMMY,))
        case VinProblem.CHECK_DIGIT:
            return Read(None, (Code.VIN_CHECK,)) if check.is_blocking else Read(check.vin, (Code.VIN_FOREIGN,))
    return Read(None, (Code.VIN_FORMAT,))


def plate(cell: Cell) -> Read[str]:
    """A plate in its stored form; a new car's 临牌 is none."""
    read = identifier(cell)
    if read.value is None or read.value in NO_PLATE_WORDS:
        return Read(None, read.codes)
    try:
        return Read(parse_plate(read.value).number, read.codes)
    except PlateInvalid:
        return Read(None, (Code.PLATE_BAD,))


def _unwrapped(text: str) -> str:
    text = clean(text)
    if match := _WRAPPED.fullmatch(text):
        return clean(match[1])
    # A table's own mark for "this is text", as our exports write it.
    return clean(text[1:]) if text.startswith("'") and len(text) > 1 else text


def _is_blank(cell: Cell) -> bool:
    return plain(cell).value is None


def _number(cell: Cell, ignored: str, pattern: re.Pattern[str]) -> Read[Decimal]:
    """The number in a cell; None without a remark where it is empty or no number."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Read(Decimal(repr(cell)))
    read = plain(cell)
    if read.value is None:
        return Read(None, read.codes)
    bare = unicodedata.normalize("NFKC", read.value).translate({ord(sign): None for sign in ignored + " "})
    match = pattern.fullmatch(bare)
    if match is None:
        return Read(None)
    try:
        return Read(Decimal(match[1]) * (10_000 if match[2] else 1))
    except InvalidOperation:
        return Read(None)


def _day(cell: Cell) -> Read[date]:
    match cell:
        case datetime():
            return _real(cell.date())
        case date():
            return _real(cell)
        case bool() | time():
            return Read(None, (Code.DATE_BAD,))
        case int() | float() if FIRST_SERIAL <= cell <= LAST_SERIAL:
            return Read(_SERIAL_ZERO + timedelta(days=int(cell)), (Code.DATE_SERIAL,))
    read = plain(cell)
    if read.value is None:
        return Read(None, read.codes)
    text = unicodedata.normalize("NFKC", read.value)
    if text in _NO_DATES:
        return Read(None)
    if match := _DATE.fullmatch(text):
        year, month, number = match["year"], int(match["month"]), int(match["day"])
        short = len(year) == 2
        try:
            found = date(int(year) + (2000 if short else 0), month, number)
        except ValueError:
            return Read(None, (Code.DATE_BAD,))
        return Read(found, (Code.DATE_2DIGIT,) if short else ())
    if match := _DATE_DIGITS.fullmatch(text):
        try:
            return Read(date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            pass
    elif text.isdigit() and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return Read(_SERIAL_ZERO + timedelta(days=int(text)), (Code.DATE_SERIAL,))
    return Read(None, (Code.DATE_BAD,))


def _real(found: date) -> Read[date]:
    """The days spreadsheets and programs write for none are none."""
    return Read(None) if found <= date(1900, 1, 1) or found == date(1970, 1, 1) else Read(found)
