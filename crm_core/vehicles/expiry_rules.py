"""保险到期 and 年检有效期: which dates can be true, and whose word stands."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_FURTHEST: Final = {"INSURANCE": timedelta(days=366 + 30), "INSPECTION": timedelta(days=2 * 366 + 92)}
"""A policy runs for a year and is renewed thirty days before at the earliest; a 年检 mark is good for two years and is
renewed three months before at the earliest."""
_EARLIEST: Final = timedelta(days=2 * 366)
"""An earlier end is taken for a mistyped year: nobody drives to a store without insurance for so long."""


class Expiry(StrEnum):
    """What of a car runs out on a day."""

    INSURANCE = "INSURANCE"
    INSPECTION = "INSPECTION"

    @property
    def label(self) -> str:
        """As owners and staff read it."""
        return {Expiry.INSURANCE: "保险到期", Expiry.INSPECTION: "年检有效期"}[self]


class SaidBy(StrEnum):
    """Who stated a date: the owner, the store that saw the paper, or the records imported from an earlier system."""

    OWNER = "OWNER"
    STORE = "STORE"
    FILE = "FILE"


def last_day(kind: Expiry, given: date) -> date:
    """The last valid day: an inspection is good until the end of its month, whichever day of the month was typed."""
    if kind is Expiry.INSURANCE:
        return given
    return given.replace(day=monthrange(given.year, given.month)[1])


def is_possible(kind: Expiry, ends_on: date, today: date) -> bool:
    """Whether a paper that is valid now, or was so not long ago, can end on this day."""
    return today - _EARLIEST <= ends_on <= today + _FURTHEST[kind]


def may_owner_write(ends_on: date, known: date | None, *, is_seen_by_store: bool) -> bool:
    """Whether an owner may record this day: they may move a date that the store has seen only to a later day, and
    change any other date freely.
    """
    return known is None or not is_seen_by_store or ends_on >= known
