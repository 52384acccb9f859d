"""A verb that PostgreSQL broke off to end a deadlock is run once more. Doors and jobs run their verbs through here.

A run may only be repeated as long as nothing of it has happened: a commit, a request that has left for a platform, a
body that has been read are marks that a second run would make again. With an `Idempotency-Key` the whole answer is one
transaction, so a run that lost a deadlock has left nothing, its key included.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final, TypeVar

from foundation import failures, metrics
from foundation.errors import Contended

T = TypeVar("T")

TRIES: Final = 5
"""Deadlocks in a row are rare; five mean that something holds its locks for long."""
FIRST_PAUSE_SECONDS: Final = 0.02
"""Chosen at random up to this, doubled each time, so that two losers do not meet again."""

_marks: ContextVar[list[str] | None] = ContextVar("marks_of_this_attempt", default=None)


def has_happened(what: str) -> None:
    """Say that something was done which a second run would do again."""
    marks = _marks.get()
    if marks is not None:
        marks.append(what)


async def repeat(run: Callable[[], Awaitable[T]]) -> T:
    """Run `run`, again while PostgreSQL breaks it off before anything of it has happened.

    Raises:
        Contended: it was broken off after a part of it had happened, or too often.
    """
    return await (run() if _marks.get() is not None else _repeated(run))


async def repeat_rest(run: Callable[[], Awaitable[T]]) -> T:
    """`repeat` for what a verb does after a platform has answered: it cannot ask again (a code is good once), but the
    rest is a whole of its own. Outside any transaction.

    Raises:
        Contended: as `repeat`.
    """
    return await _repeated(run)


async def _repeated(run: Callable[[], Awaitable[T]]) -> T:
    for attempt in range(1, TRIES + 1):
        marks: list[str] = []
        token = _marks.set(marks)
        try:
            return await run()
        except Exception as error:
            if not failures.is_conflict(error):
                raise
            is_last = bool(marks) or attempt == TRIES
            metrics.conflicts_total.labels("given up" if is_last else "repeated").inc()
            if is_last:
                raise Contended from error
        finally:
            _marks.reset(token)
        await asyncio.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2.0**attempt))
    raise AssertionError("the last try returns or raises")
