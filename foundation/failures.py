"""Tells what a failure of PostgreSQL means: retry at once, retry later, or a bug.

Tortoise wraps some of asyncpg's errors and passes others on, so the whole chain of causes is examined.
"""

import socket
from collections.abc import Iterator
from typing import Final

import asyncpg
from tortoise.exceptions import DBConnectionError

from foundation.errors import WeDealerError

_CONFLICTS: Final = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_AWAY: Final = (
    ConnectionError,
    socket.gaierror,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
)


def is_conflict(error: BaseException) -> bool:
    """Whether PostgreSQL aborted this transaction in favour of another one (40P01, 40001); it may be retried at
    once.
    """
    return any(isinstance(one, _CONFLICTS) for one in _chain(error))


def is_away(error: BaseException) -> bool:
    """Whether PostgreSQL is away: it does not answer, is starting or stopping, or has switched over to a standby.

    The same statement can succeed later.
    """
    return any(isinstance(one, _AWAY) or _is_closed(one) for one in _chain(error))


def _is_closed(error: BaseException) -> bool:
    # asyncpg has no error class for a connection that was lost between two statements of a transaction.
    return isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all its causes, stopping at errors we raised on purpose, which already say what they mean."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and not isinstance(current, WeDealerError):
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            for one in current.exceptions:
                yield from _chain(one)
        current = current.__cause__ or current.__context__
