"""Every table that names a person declares `personal = Personal(...)` in its model.

It answers three questions: what becomes of a row when two customer records turn out to be one person, whether the
person gets it when they ask for their data (PIPL art. 45), and how long it is kept (art. 19). A table whose rows belong
to a row of such a table, as a bill's lines do, needs no answer of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final, Protocol, cast

from tortoise import Tortoise


@dataclass(frozen=True)
class Moved:
    """In a merge the rows are given to the customer that is kept, and given back when the merge is undone."""

    unique_on: tuple[str, ...] = ()
    """Columns that are unique for a customer: a row is not moved when the kept customer already has the same values."""
    live: str = ""
    """SQL condition such as `held_until IS NOT NULL`: the columns are unique only among rows for which it holds."""


@dataclass(frozen=True)
class OwnRule:
    """In a merge a function of the room moves the rows, in the same transaction."""

    where: str
    """The function, as `module:function`."""


@dataclass(frozen=True)
class Stays:
    """In a merge the row keeps the customer it names."""

    because: str


@dataclass(frozen=True)
class Shown:
    """The export of a person's data contains the row, under this Chinese heading."""

    heading: str


@dataclass(frozen=True)
class Withheld:
    """The export of a person's data does not contain the row."""

    because: str


@dataclass(frozen=True)
class Kept:
    """A row is kept for a fixed period."""

    period: timedelta
    since: str
    """The event from which the period is counted, in words."""
    because: str


@dataclass(frozen=True)
class WhileCustomer:
    """A row is kept as long as the person is a customer. It is deleted or made anonymous when they ask for it, or
    twelve months after the last contact.
    """


@dataclass(frozen=True)
class Personal:
    """The three answers of one table."""

    merge: Moved | OwnRule | Stays
    export: Shown | Withheld
    keep: Kept | WhileCustomer
    column: str = "customer_id"
    """The column with the customer's id; empty if the table names people only by a platform's id, a phone or a car."""


class NamesPeople(Protocol):
    """A model that declares `personal`."""

    personal: ClassVar[Personal]


def tables() -> Iterator[tuple[str, Personal]]:
    """Every table that declares `personal`, ordered by name. Call `database.connect` first: it loads the models."""
    models = [model for app in Tortoise.apps.values() for model in app.values() if hasattr(model, "personal")]
    for model in sorted(models, key=lambda model: str(model._meta.db_table)):
        yield str(model._meta.db_table), cast("type[NamesPeople]", model).personal


_YEAR: Final = timedelta(days=366)
WORKSHOP_RECORD: Final = Kept(6 * _YEAR, "the end of the visit", "records of repairs are kept six years")
ACCOUNTS: Final = Kept(10 * _YEAR, "the end of the matter", "vouchers of the accounts are kept ten years")
CALLBACKS: Final = Kept(
    timedelta(days=30),
    "its handling",
    "long enough to replay a month's callbacks after a mistake; they name people, so not longer (house rule)",
)
EVIDENCE_OF_TELLING: Final = Kept(
    2 * _YEAR, "its sending", "who was told what, while a visit may be disputed (house rule)"
)
