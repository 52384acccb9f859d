"""临时号牌: until when it may be good. Pure."""

from datetime import date, timedelta
from typing import Final

from crm_core.spelling.plate import PlateKind

LONGEST: Final = timedelta(days=200)
"""The longest temporary plates, for tests of new models, are good for half a year; a later day is mistyped."""
WARN_DAYS: Final = 7
"""Within so many days of its end the desk reminds the owner to have the car registered (house rule)."""


def problem(kind: PlateKind | None, valid_until: date | None, today: date) -> str | None:
    """What is wrong with the last day of a plate of this kind, in words; None if nothing is. A plate that has ended may
    still be on the car.
    """
    if kind is not PlateKind.TEMPORARY:
        return None if valid_until is None else "只有临时号牌才填有效期。"
    if valid_until is None:
        return "临时号牌请填有效期到哪天。"
    return "临时号牌没有这么长的有效期，请核对。" if valid_until > today + LONGEST else None


def must_warn(valid_until: date | None, today: date) -> bool:
    """Whether the desk says that the plate ends soon or has ended."""
    return valid_until is not None and valid_until <= today + timedelta(days=WARN_DAYS)
