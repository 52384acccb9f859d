"""What a table that names a person says of it, beside its model: `personal = Personal(...)`.

Each such table answers three questions once: what becomes of a row when two customers turn out to be one, what the
person is given of it when they ask for their data (PIPL art. 45), and how long it is kept (art. 19). A table that hangs
on one of them, as a bill's lines do, goes with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final, Protocol, cast

from tortoise import Tortoise


@dataclass(frozen=True)
class Moved:
    """The rows of the record that goes are given to the one that stays, and back when the merge is undone."""

    unique_on: tuple[str, ...] = ()
    """Columns that may stand only once for a customer: what the kept one already has, stays behind."""
    live: str = ""
    """A condition such as `held_until IS NOT NULL`: only rows for which it holds stand in each other's way."""


@dataclass(frozen=True)
class OwnRule:
    """The room moves its rows itself, in the transaction of the merge."""

    where: str
    """The function, `module:function`."""


@dataclass(frozen=True)
class Stays:
    """The row goes on naming whom it named."""

    because: str


@dataclass(frozen=True)
class Shown:
    """The person is given it, under this Chinese heading."""

    heading: str


@dataclass(frozen=True)
class Withheld:
    """The person is not given it."""

    because: str


@dataclass(frozen=True)
class Kept:
    """How long a row is kept."""

    period: timedelta
    since: str
    """What its time runs from."""
    because: str


@dataclass(frozen=True)
class WhileCustomer:
    """As long as the customer is one: deleted or made anonymous when they ask, or twelve months after a last touch."""


@dataclass(frozen=True)
class Personal:
    """The three answers of one table."""

    merge: Moved | OwnRule | Stays
    export: Shown | Withheld
    keep: Kept | WhileCustomer
    column: str = "customer_id"
    """Where the customer stands; empty if the table names people only as a platform does, or by a phone or a car."""


class NamesPeople(Protocol):
    """A model with its answers."""

    personal: ClassVar[Personal]


def tables() -> Iterator[tuple[str, Personal]]:
    """Every table with its answers, by name; the models are known once `database.connect` was called."""
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
