"""What a failure of PostgreSQL means for whoever asked: again at once, again later, or a bug.

Tortoise wraps some of asyncpg's errors and passes others on, so both are looked through for their cause.
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
    """PostgreSQL ended this transaction so that another one could go on (40P01, 40001): the same again will do."""
    return any(isinstance(one, _CONFLICTS) for one in _chain(error))


def is_away(error: BaseException) -> bool:
    """PostgreSQL does not answer, starts, stops, or has changed over to a standby: the same again later will do."""
    return any(isinstance(one, _AWAY) or _is_closed(one) for one in _chain(error))


def _is_closed(error: BaseException) -> bool:
    # asyncpg has no class of its own for a connection that went away between two statements of a transaction.
    return isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from; what we raise on purpose has its meaning already."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and not isinstance(current, WeDealerError):
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            for one in current.exceptions:
                yield from _chain(one)
        current = current.__cause__ or current.__context__
