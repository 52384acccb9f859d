"""Carriers give a number that fell silent to somebody else: a silent one is no longer proof of who answers."""

from datetime import date
from typing import Final

from crm_core.dealerships.calendar import add_months

REVERIFY_AFTER_MONTHS: Final = 12
"""Carriers keep a number back for months before they give it away. A guard of a person's data: no policy."""


def must_reverify(last_active_on: date, today: date) -> bool:
    """Whether the holder must be confirmed before car data goes to this number again."""
    return add_months(last_active_on, REVERIFY_AFTER_MONTHS) <= today
