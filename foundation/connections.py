"""Pooled connections that are reset only when something could have been left on them.

asyncpg resets a connection each time it goes back to its pool: locks of the session given back, cursors closed, LISTEN
and SET undone. That is one more round trip after every read, and the house keeps nothing in a session: its locks end
with their transaction, its settings are `SET LOCAL`, LISTEN and the leader's lock have connections of their own.
So a connection remembers whether it was asked for anything but statements that are known to leave nothing behind, and
only then is it reset.

Tortoise loads this module as its engine (`app.orm.tortoise_config`).
"""

import re
from typing import Any, Final

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

_LEAVES_NOTHING: Final = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|LOCK|NOTIFY|SET\s+LOCAL"
    r"|BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b[^;]*;?\s*\Z",
    re.IGNORECASE,
)
"""One statement that reads, writes, or ends with its transaction; any other is taken to leave something."""
_REACHES_THE_SESSION: Final = re.compile(r"\b(pg_(try_)?advisory_(un)?lock\w*|set_config|setseed|dblink\w*)\b", re.I)
"""Functions whose effect outlives the transaction; `pg_advisory_xact_lock` is none of them."""
_KNOWN_STATEMENTS: Final = 5_000
"""Texts are few, since values are bound; a program that writes them anew each time must not fill the memory."""

_verdicts: dict[str, bool] = {}


def leaves_something(statement: str) -> bool:
    """Whether a connection has to be reset after this statement; in doubt it has."""
    verdict = _verdicts.get(statement)
    if verdict is None:
        if len(_verdicts) >= _KNOWN_STATEMENTS:
            _verdicts.clear()
        verdict = _LEAVES_NOTHING.match(statement) is None or _REACHES_THE_SESSION.search(statement) is not None
        _verdicts[statement] = verdict
    return verdict


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """Remembers since its last reset whether a statement may have left something on the session."""

    _is_touched = False

    def _note(self, statement: str) -> None:
        if not self._is_touched and leaves_something(statement):
            self._is_touched = True

    def get_reset_query(self) -> str:
        """What asyncpg sends before the pool gives the connection to somebody else; nothing if nothing was left."""
        query: str = super().get_reset_query() if self._is_touched else ""
        return query

    async def reset(self, *, timeout: float | None = None) -> None:
        """As asyncpg's; an open transaction is rolled back in any case."""
        await super().reset(timeout=timeout)
        self._is_touched = False

    # Each hands on what it was given; a test holds the list complete.

    def execute(self, query: str, *args: Any, **options: Any) -> Any:
        self._note(query)
        return super().execute(query, *args, **options)

    def executemany(self, command: str, args: Any, **options: Any) -> Any:
        self._note(command)
        return super().executemany(command, args, **options)

    def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        self._note(query)
        return super().fetch(query, *args, **options)

    def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        self._note(query)
        return super().fetchval(query, *args, **options)

    def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        self._note(query)
        return super().fetchrow(query, *args, **options)

    def fetchmany(self, query: str, args: Any, **options: Any) -> Any:
        self._note(query)
        return super().fetchmany(query, args, **options)

    def prepare(self, query: str, **options: Any) -> Any:
        self._note(query)
        return super().prepare(query, **options)

    def cursor(self, query: str, *args: Any, **options: Any) -> Any:
        self._note(query)
        return super().cursor(query, *args, **options)

    def copy_from_query(self, query: str, *args: Any, **options: Any) -> Any:
        self._note(query)
        return super().copy_from_query(query, *args, **options)


class _Client(AsyncpgDBClient):
    connection_class = Connection


client_class = _Client
"""What Tortoise asks an engine for."""
