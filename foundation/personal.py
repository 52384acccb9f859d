"""Every table that names a person declares `personal = Personal(...)` in its model.

It answers four questions: what becomes of a row when two customer records turn out to be one person, whether the
person gets it when they ask for their data (PIPL art. 45), how long it is kept (art. 19), and what becomes of it when
they ask to be deleted (art. 47). A table whose rows belong to a row of such a table, as a bill's lines do, needs no
answer of its own; what of it is personal is a `Part` of the other's answer.

SQL in an answer calls the row `t`, this moment `{now}` and today `{today}`. Where one column does not tell which rows
are a person's, `rows` does; it may use arrays of what we know them by: `{customers}` (ids of their records),
`{accounts}` (openids, external user ids, unionids), `{phones}` and `{refs}` (`bill:12`, every thing of theirs).
"""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
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
    columns: Mapping[str, str]
    """The columns that are given, each with the Chinese word before its value. Sums end in `_fen`."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    """SQL for those of them that are no column of the table."""

    def selected(self) -> str:
        """The columns as SQL of the row `t`."""
        return ", ".join(
            f"({self.expressions[name]}) AS {name}" if name in self.expressions else f"t.{name}"
            for name in self.columns
        )


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
    law: str = ""
    """What a person is told who asks to be deleted, if a law demands that the row be kept. A house rule has none and
    does not stand against them."""


@dataclass(frozen=True)
class WhileCustomer:
    """A row is kept as long as the person is a customer. It is deleted or made anonymous when they ask for it, or
    twelve months after the last contact.
    """


@dataclass(frozen=True)
class Deleted:
    """When a person is erased, their rows are deleted."""


@dataclass(frozen=True)
class Emptied:
    """When a person is erased, their rows stay, for other rows and figures lean on them; these columns take the value
    of an SQL expression that says nothing about them.
    """

    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Rows of another table that belong to rows of this one."""

    table: str
    via: str
    """The column that holds the id of the row they belong to."""
    shown: Shown | None = None
    emptied: Mapping[str, str] = field(default_factory=dict)
    """Columns that are emptied when the person is erased."""
    later: Mapping[str, str] = field(default_factory=dict)
    """Columns that are emptied when the law no longer demands the row."""


@dataclass(frozen=True)
class Personal:
    """The answers of one table."""

    merge: Moved | OwnRule | Stays
    export: Shown | Withheld
    keep: Kept | WhileCustomer
    column: str = "customer_id"
    """The column with the customer's id; empty if the table names people only by a platform's id, a phone or a car."""
    _: KW_ONLY
    erase: Deleted | Emptied
    later: Mapping[str, str] = field(default_factory=dict)
    """Of a row that a law keeps: columns that are emptied only when its period is over."""
    over: str = ""
    """SQL: the moment or day from which the period of `keep` is counted; null while it has not begun. Without it the
    nightly job of the house leaves the table to the job of its room."""
    unfinished: str = ""
    """SQL condition of a row that is still going on. A person is not erased before it has ended."""
    rows: str = ""
    """SQL condition: which rows are a person's, if `column` alone does not say it."""
    spared: str = ""
    """SQL condition of a row that stays as it is when the person is erased, since it is about more than them."""
    parts: tuple[Part, ...] = ()


class NamesPeople(Protocol):
    """A model that declares `personal`."""

    personal: ClassVar[Personal]


def tables() -> Iterator[tuple[str, Personal]]:
    """Every table that declares `personal`, ordered by name. Call `database.connect` first: it loads the models."""
    models = [model for app in Tortoise.apps.values() for model in app.values() if hasattr(model, "personal")]
    for model in sorted(models, key=lambda model: str(model._meta.db_table)):
        yield str(model._meta.db_table), cast("type[NamesPeople]", model).personal


GONE: Final = "'（已删除）'"
"""SQL of what stands where a text may not be empty."""


def gone(column: str) -> str:
    """SQL of what stands where a text may only be empty if it always was."""
    return f"CASE WHEN t.{column} = '' THEN '' ELSE {GONE} END"


NO_TEXT: Final = "''"
NO_LIST: Final = "'[]'::jsonb"
NOTHING: Final = "'{}'::jsonb"
_YEAR: Final = timedelta(days=366)
WORKSHOP_RECORD: Final = Kept(
    6 * _YEAR,
    "the end of the visit",
    "records of repairs are kept six years",
    law="维修记录依法保存六年",
)
ACCOUNTS: Final = Kept(
    10 * _YEAR,
    "the end of the matter",
    "vouchers of the accounts are kept ten years",
    law="结算、付款和发票凭证依法保存十年",
)
CALLBACKS: Final = Kept(
    timedelta(days=30),
    "its handling",
    "long enough to replay a month's callbacks after a mistake; they name people, so not longer (house rule)",
)
EVIDENCE_OF_TELLING: Final = Kept(
    2 * _YEAR, "its sending", "who was told what, while a visit may be disputed (house rule)"
)
HOUSE_RECORD: Final = Kept(6 * _YEAR, "its end", "as long as the record of the visit it belongs to (house rule)")
