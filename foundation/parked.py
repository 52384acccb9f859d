"""Work that needs a person, of every kind: jobs that failed at their last try, debts that keep failing, and what a room
adds in its `parked.py` (`app.rooms`): messages that were refused.

A parked job is in the queue with status `failed` and is not tried until somebody asks for it. A debt in trouble
(`foundation.owed`) is still tried, and shown so that somebody can remove the cause or give it up. A table with a `Debt`
appears here by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from foundation import clock, database
from foundation.owed import IN_TROUBLE_AFTER, Debt, debts
from foundation.reading import literals


class _JobStatus(StrEnum):
    """What the queue calls the states that matter here."""

    QUEUED = "queued"
    FAILED = "failed"


_FAILED: Final = literals(_JobStatus.FAILED)
PAGE: Final = 50


@dataclass(frozen=True)
class ParkedWork:
    """One parked job or debt, or several things of one cause: which work, since when, and the class of the error that
    stops it, but not its contents.
    """

    id: str
    """Its kind and what the kind knows it by: `job:12`, `owed:<job>:<key>`."""
    name: str
    since: datetime
    error: str
    tries: int
    next_try_at: datetime | None
    """None: it is tried again only when a person asks for it."""
    title: str = ""
    """A title in words for people, where the name of the job does not tell them enough."""
    count: int = 1
    """How many things of one cause this row stands for."""


class Place(NamedTuple):
    """Where a page goes on: after this row."""

    since: datetime
    id: str

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read the text that `str()` of a place gives; None for any other text."""
        since, _, rest = text.partition("~")
        try:
            moment = datetime.fromisoformat(since)
        except ValueError:
            return None
        return cls(moment, rest) if moment.tzinfo is not None else None

    def __str__(self) -> str:
        return f"{self.since.isoformat()}~{self.id}"


class Kind(Protocol):
    """One kind of parked work. `rest` is an id without the kind's name; it comes from a browser and may be anything."""

    async def page(self, after: Place | None, limit: int) -> list[ParkedWork]:
        """The oldest after a place, ordered by `since` and id; `rows_after` selects them."""
        ...

    async def try_again(self, rest: str) -> str | None:
        """Have it tried at once, in the running transaction. Returns its name, None when it is not there."""
        ...

    async def give_up(self, rest: str) -> str | None:
        """Stop trying it, in the running transaction. Returns its name, None when it is not there."""
        ...


kinds: Final[dict[str, Kind]] = {}
"""Every kind by the name its ids begin with."""


async def page(after: Place | None = None, limit: int = PAGE) -> tuple[list[ParkedWork], Place | None]:
    """What needs a person, the oldest first, and where the next page begins."""
    rows: list[ParkedWork] = []
    for kind in kinds.values():
        rows += await kind.page(after, limit + 1)
    rows.sort(key=lambda row: (row.since, row.id))
    shown = rows[:limit]
    return shown, Place(shown[-1].since, shown[-1].id) if len(rows) > limit else None


async def rows_after(after: Place | None, limit: int, sql: str, *values: object) -> list[Any]:
    """The first `limit` rows of `sql` after a place. It selects `id` and `since` beside its own columns; its values are
    $4 and on.
    """
    return await database.fetch(
        # By bytes, as Python compares, whatever the database's language.
        f'SELECT * FROM ({sql}) w WHERE $1::timestamptz IS NULL OR (w.since, w.id COLLATE "C") > ($1, $2) '
        'ORDER BY w.since, w.id COLLATE "C" LIMIT $3',
        after.since if after else None,
        after.id if after else "",
        limit,
        *values,
    )


async def try_again(work_id: str) -> str | None:
    """Have the work tried at once, in the running transaction. Returns its name, or None when it does not exist."""
    kind, rest = _kind(work_id)
    return await kind.try_again(rest) if kind else None


async def give_up(work_id: str) -> str | None:
    """Stop trying the work, in the running transaction. Returns its name, or None when it does not exist."""
    kind, rest = _kind(work_id)
    return await kind.give_up(rest) if kind else None


def _kind(work_id: str) -> tuple[Kind | None, str]:
    name, _, rest = work_id.partition(":")
    return kinds.get(name), rest


class _Jobs:
    async def page(self, after: Place | None, limit: int) -> list[ParkedWork]:
        rows = await rows_after(
            after,
            limit,
            "SELECT 'job:' || q.id AS id, q.updated AS since, q.entrypoint, q.attempts, "
            "  coalesce((SELECT l.traceback->>'exception_type' FROM jobs.pgqueuer_log l "
            "    WHERE l.job_id = q.id AND l.traceback IS NOT NULL ORDER BY l.created DESC LIMIT 1), '') AS error "
            f"FROM jobs.pgqueuer q WHERE q.status = {_FAILED}",
        )
        return [
            ParkedWork(row["id"], row["entrypoint"], row["since"], row["error"], row["attempts"] + 1, None)
            for row in rows
        ]

    async def try_again(self, rest: str) -> str | None:
        return await self._job(
            f"UPDATE jobs.pgqueuer SET status = {literals(_JobStatus.QUEUED)}, execute_after = now(), updated = now(), "
            f"  attempts = 0, queue_manager_id = NULL WHERE id = $1 AND status = {_FAILED} RETURNING entrypoint",
            rest,
        )

    async def give_up(self, rest: str) -> str | None:
        return await self._job(
            f"DELETE FROM jobs.pgqueuer WHERE id = $1 AND status = {_FAILED} RETURNING entrypoint", rest
        )

    async def _job(self, sql: str, number: str) -> str | None:
        if not _is_number(number):
            return None
        name: str | None = await database.fetch_value(sql, int(number))
        return name


class _Debts:
    async def page(self, after: Place | None, limit: int) -> list[ParkedWork]:
        found: list[ParkedWork] = []
        for debt in debts.values():
            found += await self._of(debt, after, limit)
        return found

    async def try_again(self, rest: str) -> str | None:
        debt, key = _debt(rest)
        if debt is None or not await _pace(debt, key, clock.now()):
            return None
        await debt.hint([key])
        return debt.job

    async def give_up(self, rest: str) -> str | None:
        debt, key = _debt(rest)
        if debt is None or not await _pace(debt, key, None):
            return None
        return debt.job

    async def _of(self, debt: Debt, after: Place | None, limit: int) -> list[ParkedWork]:
        rows = await rows_after(
            after,
            limit,
            f"SELECT 'owed:{debt.job}:' || {debt.key} AS id, min({debt.since}) AS since, max(trouble) AS trouble, "
            f"  max(tries) AS tries, min(next_try_at) AS next_try_at FROM {debt.table} "
            f"WHERE {_in_trouble(debt, '$4')} GROUP BY {debt.key}",
            IN_TROUBLE_AFTER,
        )
        return [
            ParkedWork(row["id"], debt.job, row["since"], row["trouble"], row["tries"], row["next_try_at"])
            for row in rows
        ]


kinds["job"] = _Jobs()
kinds["owed"] = _Debts()


async def in_trouble(debt: Debt) -> int:
    """How many rows of one debt are in trouble."""
    count: int = await database.fetch_value(
        f"SELECT count(DISTINCT {debt.key}) FROM {debt.table} WHERE {_in_trouble(debt, '$1')}", IN_TROUBLE_AFTER
    )
    return count


def _in_trouble(debt: Debt, tries: str) -> str:
    return f"({debt.open_when}) AND tries >= {tries} AND trouble <> '' AND next_try_at IS DISTINCT FROM 'infinity'"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _debt(rest: str) -> tuple[Debt | None, int | str]:
    job, _, key = rest.partition(":")
    debt = debts.get(job)
    if debt is not None and debt.key == "id":
        return (debt, int(key)) if _is_number(key) else (None, key)
    return debt, key


async def _pace(debt: Debt, key: int | str, next_try_at: datetime | None) -> bool:
    rows = await database.fetch(
        f"UPDATE {debt.table} SET next_try_at = coalesce($2::timestamptz, 'infinity') "
        f"WHERE {debt.key} = $1 AND ({debt.open_when}) RETURNING 1",
        key,
        next_try_at,
    )
    return bool(rows)
