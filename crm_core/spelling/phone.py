"""Phone numbers with their country: parsing what people type, and what a platform has verified.

A mainland mobile is stored as its eleven digits, every other number as E.164 with its plus (`+85251234567`). So a
number of one country cannot be mistaken for another's, and all spellings of a number have one stored form.
"""

import re
import unicodedata
from typing import Final

import phonenumbers

from crm_core.spelling.characters import compact
from foundation.text import clean

MAINLAND: Final = "86"
LONGEST: Final = 16
"""Length of the longest stored number: the plus and the fifteen digits of E.164."""
KEPT_FORM: Final = "^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$"
"""The stored form as a pattern that PostgreSQL and Python both understand; a mainland number is stored without +86."""

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_MAINLAND: Final = re.compile(r"(?:(?:\+|00)?860?)?(1[3-9]\d{9})", re.ASCII)
_ABROAD: Final = re.compile(r"(?:\+|00)([1-9]\d{4,14})", re.ASCII)
# Country codes are prefix-free (ITU-T E.164): these have one or two digits, all others three.
_COUNTRY: Final = re.compile(r"\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})", re.ASCII)


_EXTENSION: Final = re.compile(r"(?:/|#|;|,|转|轉|分机|分機|EXT\.?|X)\s*(?:EXT\.?\s*)?\d{1,6}\s*$", re.I | re.ASCII)


class PhoneInvalid(ValueError):
    """The text is not a phone number that can be stored; the sentence says why, without repeating the number."""


def parse_phone(text: str) -> str:
    """The stored form of a number in any spelling: `+86 138-0013-8000`, `(+86)…`, full width, `00852 5123 4567`.

    Raises:
        PhoneInvalid: its Chinese sentence says what is wrong.
    """
    typed = compact(text)
    if mainland := _MAINLAND.fullmatch(typed):
        return mainland[1]
    if (extension := _EXTENSION.search(unicodedata.normalize("NFKC", clean(text)))) and extension.start() > 0:
        raise PhoneInvalid("只填手机号，不带分机号；分机号可以记在跟进里。")
    if abroad := _ABROAD.fullmatch(typed):
        return _read_abroad(abroad[1])
    if not typed:
        raise PhoneInvalid("请填写手机号。")
    if not typed.removeprefix("+").isdigit():
        raise PhoneInvalid("手机号里有不是数字的字，请核对。")
    if _is_landline(typed):
        raise PhoneInvalid("这是座机号，收不到通知；请填手机号，座机可以记在跟进里。")
    raise PhoneInvalid("大陆手机号应为 1 开头的 11 位；港澳台和国外号码请带上区号，如 +852 5123 4567。")


def vouched_phone(country_code: str, number: str) -> str:
    """The stored form of a number that a platform has verified and gives as country code and number.

    Its length is not checked, since the platform knows that it exists.

    Raises:
        PhoneInvalid.
    """
    country, digits = (re.sub(r"\D", "", compact(part)) for part in (country_code, number))
    if country in ("", MAINLAND):
        if not _MOBILE.fullmatch(digits):
            raise PhoneInvalid("大陆手机号应为 1 开头的 11 位。")
        return digits
    if not _ABROAD.fullmatch(f"+{country}{digits}"):
        raise PhoneInvalid("手机号没有认出来，请让顾问手工登记。")
    try:
        return _e164(f"+{country}{digits}")
    except phonenumbers.NumberParseException:
        return f"+{country}{digits}"


def country_of(phone: str) -> str:
    """The country prefix of a stored number, for example `+852`; empty for a mainland one."""
    prefix = _COUNTRY.match(phone)
    return prefix[0] if prefix else ""


def _read_abroad(digits: str) -> str:
    if digits.startswith(MAINLAND):
        if _is_landline(f"+{digits}"):
            raise PhoneInvalid("这是座机号，收不到通知；请填手机号，座机可以记在跟进里。")
        raise PhoneInvalid("+86 后面应为 1 开头的 11 位手机号。")
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        raise PhoneInvalid("没有这个国家或地区代码，请核对加号后面的数字。") from None
    if not phonenumbers.is_possible_number(number):
        raise PhoneInvalid(f"+{number.country_code} 的号码位数不对，请核对。")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_landline(typed: str) -> bool:
    """Whether this is a mainland fixed-line number, which its area code shows."""
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE


def _e164(text: str) -> str:
    """The number in E.164, without the zero that some countries put in front for national calls."""
    return phonenumbers.format_number(phonenumbers.parse(text), phonenumbers.PhoneNumberFormat.E164)
