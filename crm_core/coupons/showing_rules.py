"""出示: how long a coupon may be shown for and what a cashier may type; decided without a database."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule

PREFIX: Final = "WDQ"
"""Before what a QR code says, so that a scan gun in the wrong field is told from other codes."""
NUMBER_DIGITS: Final = 10
"""What is typed when no camera works. With two minutes of life and some tries, ten digits cannot be guessed."""
_PAYMENT_CODE: Final = re.compile(r"1[0-5]\d{16}|2[5-9]\d{14,22}|30\d{14,22}")
"""WeChat's and Alipay's 付款码: an owner who opens the wrong page shows one."""


@dataclass(frozen=True)
class ShowingPolicy(Policy, key="coupon_showings", title="出示卡券"):
    """House rules of showing a coupon at the desk."""

    shown_minutes: int = rule(2, "二维码有效", Unit.MINUTES, 1, 10, is_group_only=True)
    """As long as a queue of one; the owner's page asks for the next by itself."""
    use_minutes: int = rule(15, "扫码后多久内用", Unit.MINUTES, 5, 60, is_group_only=True)
    """From the scan until the coupon is on the bill."""


@dataclass(frozen=True)
class Typed:
    """What a scan or a keyboard gave: a sealed text, or a number."""

    sealed: str | None = None
    number: str | None = None


def read(text: str) -> Typed | None:
    """What of ours this is; None for anything else. Spaces, dashes and case mean nothing."""
    plain = re.sub(r"[\s\-]", "", text).upper()
    if plain.startswith(PREFIX):
        return Typed(sealed=plain.removeprefix(PREFIX))
    if len(plain) == NUMBER_DIGITS and plain.isascii() and plain.isdigit():
        return Typed(number=plain)
    return None


def is_payment_code(text: str) -> bool:
    """Whether it is what somebody pays with."""
    return _PAYMENT_CODE.fullmatch(re.sub(r"\s", "", text)) is not None


def expires_at(shown_at: datetime, policy: ShowingPolicy) -> datetime:
    """The end of a code's life."""
    return shown_at + timedelta(minutes=policy.shown_minutes)


def may_use_until(scanned_at: datetime, policy: ShowingPolicy) -> datetime:
    """Until when what was scanned may be put on a bill; after that the owner shows it again."""
    return scanned_at + timedelta(minutes=policy.use_minutes)
