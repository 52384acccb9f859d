"""Mobile numbers of mainland China: reading, and when one must be checked again.

One phone may serve several persons (a couple's cars), with one primary holder; carriers recycle numbers, so a silent
one is no longer proof of who answers.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from crm_core.dealerships.calendar import add_months

_SEPARATORS = re.compile(r"[\s\-]")
_COUNTRY = re.compile(r"^(?:\+86|0086)")
_MOBILE = re.compile(r"^1[3-9]\d{9}$", re.ASCII)


class PhoneInvalid(ValueError):
    """The text is not a mobile number; landlines go to a field of their own."""


@dataclass(frozen=True)
class PhonePolicy:
    """House rules on phones, configurable per tenant."""

    reverify_after_months: int = 12


def parse_mobile(text: str) -> str:
    """Eleven digits out of `+86 138-0013-8000`, full-width digits and the like. Raises PhoneInvalid, number unsaid."""
    digits = _COUNTRY.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)))
    if not _MOBILE.match(digits):
        raise PhoneInvalid("手机号格式不对，应为 11 位。座机请填在“其他电话”。")
    return digits


def must_reverify(last_active_on: date, today: date, policy: PhonePolicy = PhonePolicy()) -> bool:
    """Whether the holder must be confirmed before car data goes to this number again."""
    return add_months(last_active_on, policy.reverify_after_months) <= today
