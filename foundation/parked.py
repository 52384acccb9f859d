"""Work that needs a person: jobs that failed at their last try, and debts that keep failing.

A parked job is in the queue with status `failed` and is not tried until somebody asks for it. A debt in trouble
(`foundation.owed`) is still tried, and shown so that somebody can remove the cause or give it up.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from foundation import clock, database
from foundation.owed import IN_TROUBLE_AFTER, Debt, debts
from foundation.reading import literals


class _JobStatus(StrEnum):
    """What the queue calls the states that matter here."""

    QUEUED = "queued"
    FAILED = "failed"


_FAILED: Final = literals(_JobStatus.FAILED)
MOST: Final = 200
"""The most shown of each kind: more than these have one common cause."""


@dataclass(frozen=True)
class ParkedWork:
    """One parked job or debt: which work, since when, and the class of the error that stops it, but not its
    contents.
    """

    id: str
    """`job:12`, or `owed:<job>:<key>` for a debt."""
    name: str
    since: datetime
    error: str
    tries: int
    next_try_at: datetime | None
    """None: it is tried again only when a person asks for it."""


async def parked() -> list[ParkedWork]:
    """Everything that needs a person, the oldest first."""
    found = await _jobs()
    for debt in debts.values():
        found += await _debts(debt)
    return sorted(found, key=lambda one: one.since)


async def _jobs() -> list[ParkedWork]:
    rows = await database.fetch(
        "SELECT q.id, q.entrypoint, q.updated, q.attempts, coalesce((SELECT l.traceback->>'exception_type' "
        "  FROM jobs.pgqueuer_log l WHERE l.job_id = q.id AND l.traceback IS NOT NULL ORDER BY l.created DESC "
        f"  LIMIT 1), '') AS error FROM jobs.pgqueuer q WHERE q.status = {_FAILED} ORDER BY q.updated LIMIT $1",
        MOST,
    )
    return [
        ParkedWork(f"job:{row['id']}", row["entrypoint"], row["updated"], row["error"], row["attempts"] + 1, None)
        for row in rows
    ]


async def in_trouble(debt: Debt) -> int:
    """How many rows of one debt are in trouble, counted without the limit of the list."""
    count: int = await database.fetch_value(
        f"SELECT count(DISTINCT {debt.key}) FROM {debt.table} WHERE {_in_trouble(debt)}", IN_TROUBLE_AFTER
    )
    return count


def _in_trouble(debt: Debt) -> str:
    return f"({debt.open_when}) AND tries >= $1 AND trouble <> '' AND next_try_at IS DISTINCT FROM 'infinity'"


async def _debts(debt: Debt) -> list[ParkedWork]:
    rows = await database.fetch(
        f"SELECT {debt.key} AS key, min({debt.since}) AS since, max(trouble) AS trouble, max(tries) AS tries, "
        f"  min(next_try_at) AS next_try_at FROM {debt.table} WHERE {_in_trouble(debt)} "
        f"GROUP BY {debt.key} ORDER BY since LIMIT $2",
        IN_TROUBLE_AFTER,
        MOST,
    )
    return [
        ParkedWork(
            f"owed:{debt.job}:{row['key']}", debt.job, row["since"], row["trouble"], row["tries"], row["next_try_at"]
        )
        for row in rows
    ]


async def try_again(work_id: str) -> str | None:
    """Have the work tried at once, in the running transaction. Returns its job's name, or None when it does not
    exist.
    """
    kind, _, rest = work_id.partition(":")
    if kind == "job":
        return await _job(
            f"UPDATE jobs.pgqueuer SET status = {literals(_JobStatus.QUEUED)}, execute_after = now(), updated = now(), "
            f"  attempts = 0, queue_manager_id = NULL WHERE id = $1 AND status = {_FAILED} RETURNING entrypoint",
            rest,
        )
    debt, key = _debt(rest)
    if debt is None or not await _pace(debt, key, clock.now()):
        return None
    await debt.hint([key])
    return debt.job


async def give_up(work_id: str) -> str | None:
    """Stop trying the work, in the running transaction. Returns its job's name, or None when it does not exist."""
    kind, _, rest = work_id.partition(":")
    if kind == "job":
        return await _job(f"DELETE FROM jobs.pgqueuer WHERE id = $1 AND status = {_FAILED} RETURNING entrypoint", rest)
    debt, key = _debt(rest)
    if debt is None or not await _pace(debt, key, None):
        return None
    return debt.job


async def _job(sql: str, number: str) -> str | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    name: str | None = await database.fetch_value(sql, int(number))
    return name


def _debt(rest: str) -> tuple[Debt | None, int | str]:
    job, _, key = rest.partition(":")
    debt = debts.get(job)
    if debt is not None and debt.key == "id":
        is_number = key.isascii() and key.isdigit() and len(key) < 19
        return (debt, int(key)) if is_number else (None, key)
    return debt, key


async def _pace(debt: Debt, key: int | str, next_try_at: datetime | None) -> bool:
    rows = await database.fetch(
        f"UPDATE {debt.table} SET next_try_at = coalesce($2::timestamptz, 'infinity') "
        f"WHERE {debt.key} = $1 AND ({debt.open_when}) RETURNING 1",
        key,
        next_try_at,
    )
    return bool(rows)
