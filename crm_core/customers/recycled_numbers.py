"""Carriers give a number that fell silent to somebody else: a silent one is no longer proof of who answers."""

from dataclasses import dataclass
from datetime import date

from crm_core.dealerships.calendar import add_months


@dataclass(frozen=True)
class PhonePolicy:
    """House rules on phones, configurable per tenant."""

    reverify_after_months: int = 12


def must_reverify(last_active_on: date, today: date, policy: PhonePolicy = PhonePolicy()) -> bool:
    """Whether the holder must be confirmed before car data goes to this number again."""
    return add_months(last_active_on, policy.reverify_after_months) <= today
