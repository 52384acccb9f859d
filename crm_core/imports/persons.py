"""Names and phones of a row: who it is about, and how they can be reached. Pure."""

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

import phonenumbers

from crm_core.customers.birthdays import read_birthday
from crm_core.customers.errors import BirthdayNotAccepted
from crm_core.imports.codes import Code
from crm_core.imports.values import Read, day, plain, unscientific
from crm_core.spelling.name import MAX_NAME_CHARACTERS, Gender, is_uscc, spell_name
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from foundation.spreadsheets.cells import Cell

UNNAMED: Final = "未留姓名"
_NO_NAMES: Final = frozenset({"不详", "散客", "未知", "匿名", UNNAMED})
_FORBIDDEN: Final = re.compile(r"[=<>\"'(){}@#$%|*]|https?:|www\.", re.IGNORECASE)
_TITLES: Final = {
    "先生": Gender.MALE, "女士": Gender.FEMALE, "小姐": Gender.FEMALE, "太太": Gender.FEMALE, "总": None, "老板": None,
    "经理": None, "师傅": None,
}  # fmt: skip
_TITLED: Final = re.compile(rf"\w{{1,2}}({'|'.join(_TITLES)})")
_COMPANY_WORDS: Final = ("公司", "集团", "工厂", "中心", "合作社")
_COMPANY_KINDS: Final = ("单位", "公司", "企业", "集团", "机构")
_BETWEEN_PHONES: Final = re.compile(r"[/／、,，;；|\n]|或")
_REMARK: Final = re.compile(r"[(（]([^()（）]*)[)）]")
_TWO_MOBILES: Final = re.compile(r"(1[3-9]\d{9})(1[3-9]\d{9})")
_WITH_DECIMALS: Final = re.compile(r"^(\d{7,})\.0+$")
"""A number that a program kept as a decimal fraction."""
_DIALLED_FROM_AFAR: Final = re.compile(r"0(1[3-9]\d{9})")
_LANDLINE_WITHOUT_ZERO: Final = re.compile(r"[2-9]\d{9,10}")


_EARLIEST: Final = date(1900, 1, 1)


@dataclass(frozen=True)
class Name:
    """A name as it is filed, and what it tells besides."""

    text: str
    is_company: bool
    gender: Gender | None = None


@dataclass(frozen=True)
class Phones:
    """The numbers of a row: mobiles first to last, landlines apart, and what stood beside them in brackets."""

    mobiles: tuple[str, ...] = ()
    landlines: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def name(cell: Cell, *, kind: str | None = None, uscc: str | None = None) -> Read[Name]:
    """Who the row is about. `kind` is the text of a customer kind's column, `uscc` a company's code.

    Brackets are allowed full width only: registered companies have them, formulas do not.
    """
    read = plain(cell)
    if read.value is None or read.value in _NO_NAMES:
        return Read(Name(UNNAMED, is_company=False), (*read.codes, Code.NAME_MISSING))
    if _FORBIDDEN.search(read.value) or len(read.value) > MAX_NAME_CHARACTERS:
        return Read(None, (Code.NAME_CHARS,))
    text = spell_name(read.value)
    if not text:
        return Read(None, (Code.NAME_CHARS,))
    is_company = (
        any(word in text for word in _COMPANY_WORDS)
        or any(word in (kind or "") for word in _COMPANY_KINDS)
        or (uscc is not None and is_uscc(uscc))
    )
    if not is_company and (title := _TITLED.fullmatch(text)):
        return Read(Name(text, is_company=False, gender=_TITLES[title[1]]), (*read.codes, Code.NAME_TITLE))
    return Read(Name(text, is_company=is_company), read.codes)


def phones(cells: list[Cell]) -> Read[Phones]:
    """Every number of a row's phone columns, each once. What is none is not stored, and said."""
    mobiles: dict[str, None] = {}
    landlines: dict[str, None] = {}
    remarks: list[str] = []
    codes: dict[Code, None] = {}
    for cell in cells:
        for part in _parts(cell, remarks, codes):
            _sort(part, mobiles, landlines, codes)
    return Read(Phones(tuple(mobiles), tuple(landlines), tuple(remarks)), tuple(codes))


def gender(cell: Cell) -> Gender | None:
    """男 M, 女 F. Numbers mean one thing here and another there, and are asked about."""
    text = (plain(cell).value or "").upper()
    if text in {"男", "M", "先生", "男性"}:
        return Gender.MALE
    return Gender.FEMALE if text in {"女", "F", "女士", "女性"} else None


def birthday(cell: Cell, today: date) -> Read[str]:
    """`1988-08-15`, or `08-15` where the year is missing. A day that is none, or has not come, is not stored, and
    said.
    """
    read = plain(cell)
    if isinstance(cell, str) and read.value is not None:
        with contextlib.suppress(BirthdayNotAccepted):
            return Read(read_birthday(unicodedata.normalize("NFKC", read.value), today), read.codes)
    born = day(cell)
    if born.value is None:
        return Read(None, born.codes)
    return (
        Read(born.value.isoformat(), born.codes) if _EARLIEST <= born.value <= today else Read(None, (Code.DATE_BAD,))
    )


def _parts(cell: Cell, remarks: list[str], codes: dict[Code, None]) -> list[str]:
    read = plain(cell)
    codes.update(dict.fromkeys(read.codes))
    if read.value is None:
        return []
    number = unscientific(read.value.strip())
    if Code.DIGITS_LOST in number.codes:
        codes[Code.PHONE_LOST] = None
        return []
    codes.update(dict.fromkeys(number.codes))
    text = _WITH_DECIMALS.sub(r"\1", unicodedata.normalize("NFKC", number.value or ""))
    remarks += [one.strip() for one in _REMARK.findall(text) if re.search(r"\D", one.strip()) and not one.isdigit()]
    bare = _REMARK.sub(lambda match: match[1] if match[1].strip("+ 0-").isdigit() else "", text)
    return [part.strip() for part in _BETWEEN_PHONES.split(bare) if part.strip()]


def _sort(part: str, mobiles: dict[str, None], landlines: dict[str, None], codes: dict[Code, None]) -> None:
    digits = re.sub(r"\D", "", part)
    if two := _TWO_MOBILES.fullmatch(digits):
        mobiles.update({two[1]: None, two[2]: None})
        codes[Code.PHONE_SPLIT] = None
        return
    if dialled := _DIALLED_FROM_AFAR.fullmatch(digits):
        part = dialled[1]
    try:
        mobiles[parse_phone(part)] = None
        return
    except PhoneInvalid:
        pass
    if line := _landline(digits):
        landlines[line] = None
    elif _LANDLINE_WITHOUT_ZERO.fullmatch(digits) and (line := _landline("0" + digits)):
        landlines[line] = None
        codes[Code.ZERO_RESTORED] = None
    else:
        codes[Code.PHONE_BAD] = None


def _landline(digits: str) -> str | None:
    """`0755-26000304`, if these are the digits of a number of a house with its area code."""
    if not digits.startswith("0"):
        return None
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE:
        return None
    area = phonenumbers.length_of_geographical_area_code(number)
    significant = phonenumbers.national_significant_number(number)
    return f"0{significant[:area]}-{significant[area:]}" if area else f"0{significant}"
