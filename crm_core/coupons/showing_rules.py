"""Pure rules of 出示: how long a shown code is valid, and what a cashier may scan or type."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule

PREFIX: Final = "WDQ"
"""The beginning of the QR code's text, which distinguishes it from other codes scanned into the same field."""
NUMBER_DIGITS: Final = 10
"""The digits to type when no camera works. Valid for two minutes and with few tries, they cannot be guessed."""
_PAYMENT_CODE: Final = re.compile(r"1[0-5]\d{16}|2[5-9]\d{14,22}|30\d{14,22}")
"""The 付款码 of WeChat and Alipay, which owners show when they open the wrong page."""


@dataclass(frozen=True)
class ShowingPolicy(Policy, key="coupon_showings", title="出示卡券"):
    """House rules of showing a coupon at the desk."""

    shown_minutes: int = rule(2, "二维码有效", Unit.MINUTES, 1, 10, is_group_only=True)
    """Long enough for one person in front; the owner's page requests the next code by itself."""
    use_minutes: int = rule(15, "扫码后多久内用", Unit.MINUTES, 5, 60, is_group_only=True)
    """From the scan until the coupon is used on the bill."""


@dataclass(frozen=True)
class Typed:
    """What was scanned or typed: either a sealed text or a number."""

    sealed: str | None = None
    number: str | None = None


def read(text: str) -> Typed | None:
    """Parse a scanned or typed text; None if it is not ours. Spaces, dashes and case do not matter."""
    plain = re.sub(r"[\s\-]", "", text).upper()
    if plain.startswith(PREFIX):
        return Typed(sealed=plain.removeprefix(PREFIX))
    if len(plain) == NUMBER_DIGITS and plain.isascii() and plain.isdigit():
        return Typed(number=plain)
    return None


def is_payment_code(text: str) -> bool:
    """Whether the text is a 付款码, with which people pay."""
    return _PAYMENT_CODE.fullmatch(re.sub(r"\s", "", text)) is not None


def expires_at(shown_at: datetime, policy: ShowingPolicy) -> datetime:
    """When a code expires."""
    return shown_at + timedelta(minutes=policy.shown_minutes)


def may_use_until(scanned_at: datetime, policy: ShowingPolicy) -> datetime:
    """Until when a scan may be used on a bill; after that the owner has to show the coupon again."""
    return scanned_at + timedelta(minutes=policy.use_minutes)
