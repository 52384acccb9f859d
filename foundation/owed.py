"""What a platform owes us, or we owe it: a state in its own table, tried as long as it lasts. A job is only the hint.

A job may die with its last try, be dropped by an operator, or never have been enqueued; the state is still there. So a
table whose rows may wait for a platform has the three columns of `Paced`, and one `Debt` says which of its states are
open and which job works on them. The timetable sweeps all debts each minute and enqueues a job for each open row whose
next try is due: after one minute, two, four … up to an hour, for days if need be. Between the sweeps a job tries a few
times in quick succession and then leaves it to the table (`jobs.job(…, is_hint=True)`).

The columns only pace the tries. That something is owed, and that it is done, is said by the state alone: nobody has to
remember to set them, and a try that was already paid finds nothing to do.
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
"""The job enqueued with the state has its quick tries first."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 500
"""Rows of one debt taken up by one sweep, the longest due first; the next minute takes the rest."""
IN_TROUBLE_AFTER: Final = 3
"""Tries of the timetable after which people are shown it: WeCom was away for some ten minutes, or it is a fault."""

Pay = Callable[[], Awaitable[datetime | None]]


class Paced(Table):
    """The columns of a table whose rows may be owed something."""

    next_try_at = fields.DatetimeField(null=True)
    """Not before this (business time); null: a minute after it came to be owed; infinity: somebody gave it up."""
    tries = fields.IntField(default=0, db_default=0)
    """Tries by the timetable since the last one that succeeded."""
    trouble = fields.CharField(max_length=60, default="", db_default="")
    """Class and code of the last error, never its text."""

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Debt:
    """One kind of thing owed. All names are of our own code, never of a request."""

    table: str
    open_when: str
    """SQL: the states in which something is owed."""
    since: str
    """SQL: the column that says since when."""
    job: str
    """Gets the key as `argument`."""
    argument: str
    key: str = "id"
    longest: timedelta = LONGEST_PAUSE
    among: str = "true"
    """SQL: which rows are of this kind at all, where several kinds with equal keys share a table."""

    def __post_init__(self) -> None:
        if self.job in debts:
            raise ValueError(f"two debts are paid by {self.job}")
        debts[self.job] = self

    @property
    def _due(self) -> str:
        return f"({self.open_when}) AND coalesce(next_try_at, {self.since} + interval '{GRACE.seconds} s') <= $1"

    async def hint(self, keys: list[Any]) -> None:
        """A job for each, in the running transaction; one that waits already is not doubled."""
        await jobs.enqueue_many(
            self.job, [{self.argument: key} for key in keys], dedupe_keys=[str(key) for key in keys]
        )

    async def sweep(self) -> int:
        """Hint at what is due; returns how many."""
        rows = await database.fetch(
            f"SELECT {self.key} AS key, min(coalesce(next_try_at, {self.since})) AS due FROM {self.table} "
            f"WHERE {self._due} GROUP BY {self.key} ORDER BY due LIMIT {AT_ONCE}",
            clock.now(),
        )
        await self.hint([row["key"] for row in rows])
        return len(rows)

    async def attempt(self, key: Any, pay: Pay) -> None:
        """Try once. The next try is put down before this one begins, so that a killed worker leaves no gap.

        `pay` finds out by the state what there is to do, perhaps nothing. It returns when to look again although
        nothing went wrong (the platform owes us an answer that takes its time), else None.

        Raises:
            whatever `pay` raises, once it is noted.
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
"""By their job. Filled when the modules that `app.rooms` finds are imported."""


def describe(error: BaseException) -> str:
    """An error for people who look after the system: its class, and the platform's code."""
    name = type(error).__name__
    return (f"{name} {error.errcode}" if isinstance(error, PlatformError) else name)[:60]


@jobs.job(SWEEP)
async def sweep() -> None:
    """By the clock, each minute: hint at everything whose next try is due."""
    for debt in debts.values():
        await debt.sweep()
