"""Carriers reassign unused numbers, so a number that was inactive for long no longer proves who answers."""

from datetime import date
from typing import Final

from crm_core.dealerships.calendar import add_months

REVERIFY_AFTER_MONTHS: Final = 12
"""Carriers wait for months before they reassign a number. Not a policy, since it protects personal data."""


def must_reverify(last_active_on: date, today: date) -> bool:
    """Whether the holder must be confirmed before car data goes to this number again."""
    return add_months(last_active_on, REVERIFY_AFTER_MONTHS) <= today
