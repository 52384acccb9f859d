"""What we owe a platform or it owes us is a state in a table, and is tried as long as that state lasts.

A job alone is not enough: it may fail at its last try, be dropped by an operator, or never have been enqueued. So a
table whose rows may wait for a platform has the three columns of `Paced`, and a `Debt` says which of its states are
open and which job works on them. Each minute the timetable sweeps all debts and enqueues a job for every open row whose
next try is due: after one minute, two, four … up to an hour, for days if need be. Such a job makes a few quick tries
and then leaves the rest to the next sweep (`jobs.job(…, is_hint=True)`).

The columns only pace the tries. Whether something is owed or done is decided by the state alone, so verbs need not set
the columns, and a try for something that is already done finds nothing to do.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tortoise import fields

from foundation import clock, database, jobs
from foundation.errors import PlatformError
from foundation.table import Table

SWEEP: Final = "owed.sweep"
GRACE: Final = timedelta(minutes=1)
"""How long a sweep leaves a new row alone: the job enqueued together with its state makes its quick tries first."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 500
"""Rows of one debt that one sweep takes, the longest due first; the next sweep takes the rest."""
IN_TROUBLE_AFTER: Final = 3
"""Tries by the timetable after which a row is shown to people: by then the platform was away for some ten minutes, or
something is wrong."""

Pay = Callable[[], Awaitable[datetime | None]]


class Paced(Table):
    """The columns of a table whose rows may wait for a platform."""

    next_try_at = fields.DatetimeField(null=True)
    """The next try is not before this business time. Null: one minute after the state began. Infinity: a person gave
    the row up."""
    tries = fields.IntField(default=0, db_default=0)
    """Tries since the last one that succeeded."""
    trouble = fields.CharField(max_length=60, default="", db_default="")
    """Class and code of the last error, never its text."""

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Debt:
    """One kind of thing owed. Its strings become SQL, so they come only from our code, never from a request."""

    table: str
    open_when: str
    """SQL condition: the states in which something is owed."""
    since: str
    """SQL: the column with the time since which it has been owed."""
    job: str
    """The job that works on a row; it gets the row's key as the argument named `argument`."""
    argument: str
    key: str = "id"
    longest: timedelta = LONGEST_PAUSE
    among: str = "true"
    """SQL condition: which rows are of this kind, where several kinds with equal keys share a table."""

    def __post_init__(self) -> None:
        if self.job in debts:
            raise ValueError(f"two debts are paid by {self.job}")
        debts[self.job] = self

    @property
    def _due(self) -> str:
        return f"({self.open_when}) AND coalesce(next_try_at, {self.since} + interval '{GRACE.seconds} s') <= $1"

    async def hint(self, keys: list[Any]) -> None:
        """Enqueue a job for each key in the running transaction, unless one is already waiting."""
        await jobs.enqueue_many(
            self.job, [{self.argument: key} for key in keys], dedupe_keys=[str(key) for key in keys]
        )

    async def sweep(self) -> int:
        """Enqueue a job for each row whose next try is due, at most AT_ONCE, and return how many."""
        rows = await database.fetch(
            f"SELECT {self.key} AS key, min(coalesce(next_try_at, {self.since})) AS due FROM {self.table} "
            f"WHERE {self._due} GROUP BY {self.key} ORDER BY due LIMIT {AT_ONCE}",
            clock.now(),
        )
        await self.hint([row["key"] for row in rows])
        return len(rows)

    async def attempt(self, key: Any, pay: Pay) -> None:
        """Try once. The time of the next try is stored before this one begins, so that it happens even if the worker
        dies.

        `pay` reads from the state what there is to do, which may be nothing. It returns when to look again if the
        platform needs more time although nothing went wrong, else None.

        Raises:
            Exception: whatever `pay` raises, after it was stored in `trouble`.
        """
        await database.execute(
            f"UPDATE {self.table} SET tries = tries + 1, "
            f"  next_try_at = $1 + least($3::interval * power(2, least(tries, 20)), $4::interval) "
            f"WHERE {self.key} = $2 AND {self._due}",
            clock.now(),
            key,
            FIRST_PAUSE,
            self.longest,
        )
        try:
            next_at = await pay()
        except Exception as error:
            await database.execute(
                f"UPDATE {self.table} SET trouble = $2 WHERE {self.key} = $1 AND ({self.open_when})",
                key,
                describe(error),
            )
            raise
        await database.execute(
            f"UPDATE {self.table} SET next_try_at = $2, tries = 0, trouble = '' "
            f"WHERE {self.key} = $1 AND ({self.among}) "
            "AND (tries > 0 OR trouble <> '' OR next_try_at IS DISTINCT FROM $2)",
            key,
            next_at,
        )


debts: dict[str, Debt] = {}
"""Every debt by the name of its job; filled when `app.rooms` imports the rooms."""


def describe(error: BaseException) -> str:
    """An error for those who operate the system: its class and the platform's code, at most 60 characters."""
    name = type(error).__name__
    return (f"{name} {error.errcode}" if isinstance(error, PlatformError) else name)[:60]


@jobs.job(SWEEP)
async def sweep() -> None:
    """Run each minute: enqueue a job for everything owed whose next try is due."""
    for debt in debts.values():
        await debt.sweep()
