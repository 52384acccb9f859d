"""Repeats a verb that PostgreSQL aborted to end a deadlock. HTTP endpoints and jobs run their verbs through here.

A run may be repeated only while it has had no lasting effect. A commit, a request sent to a platform and a request body
that was read cannot be undone; whoever does one of them says so with `has_happened`, and then the run is not repeated.
With an `Idempotency-Key` the whole answer is one transaction, so a run that lost a deadlock leaves nothing behind, not
even its key.
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
"""Two deadlocks in a row are rare; five mean that some transaction holds its locks for too long."""
FIRST_PAUSE_SECONDS: Final = 0.02
"""The pause is random up to this limit, which doubles each time, so that two losers do not collide again."""

_marks: ContextVar[list[str] | None] = ContextVar("marks_of_this_attempt", default=None)


def has_happened(what: str) -> None:
    """Record an effect that cannot be undone, so that the current run is not repeated; `what` names it for the log."""
    marks = _marks.get()
    if marks is not None:
        marks.append(what)


async def repeat(run: Callable[[], Awaitable[T]]) -> T:
    """Run `run`, and repeat it while PostgreSQL aborts it before it had any lasting effect.

    Inside another `repeat` it simply runs: the outer one repeats the whole.

    Raises:
        Contended: it was aborted after a lasting effect, or `TRIES` times.
    """
    return await (run() if _marks.get() is not None else _repeated(run))


async def repeat_rest(run: Callable[[], Awaitable[T]]) -> T:
    """Like `repeat`, for the part of a verb that follows a platform's answer.

    The verb as a whole cannot be repeated, since a login code is good only once, but this part can be on its own. Call
    it outside any transaction.

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
