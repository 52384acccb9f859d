"""VIN 车架号: its form, its check digit, its model year (GB 16735, ISO 3779).

The check digit catches typing errors but does not prove that the VIN is right: A and J, for example, count the same.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm_core.spelling.characters import compact

VIN_LENGTH = 17
TAIL_LENGTH = 6
CHECK_POSITION = 8  # Ninth character.
YEAR_POSITION = 9  # Tenth character.
YEAR_CYCLE_YEARS = 30
FIRST_CODED_YEAR = 1980
YEAR_TOLERANCE_YEARS = 2  # A car may be sold before its model year starts or long after it left the line.

_CHARACTERS = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)
)
_TAIL = re.compile(r"^[A-HJ-NPR-Z0-9]{6}$")
_LOOKS_LIKE = str.maketrans("OI", "01")
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"


class VinTailInvalid(ValueError):
    """The text is not the end of a VIN; the sentence says why, without repeating the text."""


class VinProblem(StrEnum):
    """What can be wrong with a VIN, in the order in which it is checked; only the first problem is reported."""

    LENGTH = "LENGTH"
    CHARACTERS = "CHARACTERS"
    DUMMY = "DUMMY"
    CHECK_DIGIT = "CHECK_DIGIT"


_SENTENCES = {
    VinProblem.LENGTH: "车架号应为 17 位，请核对。",
    VinProblem.CHARACTERS: "车架号只能是数字和字母，且没有 I、O、Q。",
    VinProblem.DUMMY: "车架号不能全是同一个字符。",
    VinProblem.CHECK_DIGIT: "车架号校验位不对，可能输错了一位，请对照行驶证。",
}


@dataclass(frozen=True)
class VinCheck:
    """The result of checking one VIN.

    A wrong check digit blocks a domestic VIN (one that starts with L) until a service advisor overrides it with a photo
    of the stamped number. For an imported car it is only a warning, since European makers need not use the digit.
    """

    vin: str
    problem: VinProblem | None = None
    is_blocking: bool = False

    @property
    def may_be_overridden(self) -> bool:
        """Whether a photo of the stamped VIN can override the problem."""
        return self.problem is VinProblem.CHECK_DIGIT

    @property
    def sentence(self) -> str:
        """The problem as a Chinese sentence, without the VIN itself; empty if there is none."""
        return _SENTENCES[self.problem] if self.problem else ""


def normalise_vin(text: str) -> str:
    """A VIN, or a part of one, in upper case and half width, without blanks, dashes and invisible characters."""
    return compact(text)


def check_digit(vin: str) -> str:
    """The character that position 9 of a VIN should have: a weighted sum modulo 11, with X for 10.

    The VIN must have 17 valid characters.
    """
    remainder = sum(_VALUES[character] * weight for character, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def inspect_vin(text: str) -> VinCheck:
    """Normalise and check a VIN. The last six characters may also be letters."""
    vin = normalise_vin(text)
    if len(vin) != VIN_LENGTH:
        return VinCheck(vin, VinProblem.LENGTH, is_blocking=True)
    if not _CHARACTERS.match(vin):
        return VinCheck(vin, VinProblem.CHARACTERS, is_blocking=True)
    if len(set(vin)) == 1:
        return VinCheck(vin, VinProblem.DUMMY, is_blocking=True)
    if vin[CHECK_POSITION] != check_digit(vin):
        return VinCheck(vin, VinProblem.CHECK_DIGIT, is_blocking=vin.startswith("L"))
    return VinCheck(vin)


def model_years(vin: str, latest_year: int) -> list[int]:
    """The model years up to `latest_year` that position 10 can mean, newest first; there are several because the 30
    codes repeat.

    Empty if the maker does not encode the year there.
    """
    code = _YEAR_CODES.find(vin[YEAR_POSITION])
    if code < 0:
        return []
    first = FIRST_CODED_YEAR + code
    return list(range(first, latest_year + 1, YEAR_CYCLE_YEARS))[::-1]


def year_codes(first: int | None, last: int | None, *, latest_year: int) -> str:
    """The characters of position 10 that say these model years, both included, among the thirty up to
    `latest_year`.
    """
    years = range(max(first or 0, latest_year - YEAR_CYCLE_YEARS + 1), min(last or latest_year, latest_year) + 1)
    return "".join(_YEAR_CODES[(year - FIRST_CODED_YEAR) % YEAR_CYCLE_YEARS] for year in years)


def year_fits_sale(vin: str, sold_on: date) -> bool:
    """Whether the encoded model year lies within two years of the sale; true if no year is encoded."""
    years = model_years(vin, sold_on.year + YEAR_TOLERANCE_YEARS)
    return not years or sold_on.year - years[0] <= YEAR_TOLERANCE_YEARS


def last_six(vin: str) -> str:
    """The last six characters, which an owner types to bind their car."""
    return vin[-TAIL_LENGTH:]


def parse_vin_tail(text: str) -> str:
    """The last six characters of a VIN in any spelling; a whole VIN is cut to them.

    O is read as 0 and I as 1, since a VIN contains neither; Q is refused because it could be 0 or 9.

    Raises:
        VinTailInvalid: its Chinese sentence says what is wrong.
    """
    tail = compact(text)
    if len(tail) == VIN_LENGTH:
        tail = last_six(tail)
    if not tail:
        raise VinTailInvalid("请填写车架号后 6 位。")
    if len(tail) != TAIL_LENGTH:
        raise VinTailInvalid("车架号请填后 6 位，不多也不少。")
    tail = tail.translate(_LOOKS_LIKE)
    if "Q" in tail:
        raise VinTailInvalid("车架号里没有字母 I、O、Q，请对照行驶证看是不是数字。")
    if not _TAIL.match(tail):
        raise VinTailInvalid("车架号只有数字和字母，请对照行驶证。")
    return tail
