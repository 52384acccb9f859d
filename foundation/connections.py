"""Pooled connections that are reset only when a statement may have left something on the session.

asyncpg resets a connection each time it returns to its pool: it releases session locks, closes cursors and undoes
LISTEN and SET. That costs one more round trip after every read, although we keep nothing in a session: our locks end
with their transaction, our settings are `SET LOCAL`, and LISTEN and the leader's lock have their own connections.

So each connection notes whether it ran any statement that is not known to leave nothing behind, and is reset only then.

Tortoise loads this module as its engine (`app.orm.tortoise_config`).
"""

import re
from typing import Any, Final

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

_LEAVES_NOTHING: Final = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|LOCK|NOTIFY|SET\s+LOCAL"
    r"|BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b[^;]*;?\s*\Z",
    re.IGNORECASE,
)
"""A single statement that reads or writes, or whose effect ends with its transaction. Any other statement is assumed
to leave something on the session."""
_REACHES_THE_SESSION: Final = re.compile(r"\b(pg_(try_)?advisory_(un)?lock\w*|set_config|setseed|dblink\w*)\b", re.I)
"""Functions whose effect outlives the transaction (that of `pg_advisory_xact_lock` does not)."""
_KNOWN_STATEMENTS: Final = 5_000
"""Bounds the memory of the verdicts below. Statements are normally few, since their values are bound, but code that
builds a new text for each call must not fill the memory."""

_verdicts: dict[str, bool] = {}


def leaves_something(statement: str) -> bool:
    """Whether a connection has to be reset after this statement; when in doubt, True."""
    verdict = _verdicts.get(statement)
    if verdict is None:
        if len(_verdicts) >= _KNOWN_STATEMENTS:
            _verdicts.clear()
        verdict = _LEAVES_NOTHING.match(statement) is None or _REACHES_THE_SESSION.search(statement) is not None
        _verdicts[statement] = verdict
    return verdict


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """An asyncpg connection that knows whether a statement since its last reset may have left something on the
    session.
    """

    _is_touched = False

    def _note(self, statement: str) -> None:
        if not self._is_touched and leaves_something(statement):
            self._is_touched = True

    def get_reset_query(self) -> str:
        """What asyncpg sends before the pool hands the connection to another task; empty when nothing was left on
        it.
        """
        query: str = super().get_reset_query() if self._is_touched else ""
        return query

    async def reset(self, *, timeout: float | None = None) -> None:
        """Like asyncpg's reset; an open transaction is always rolled back."""
        await super().reset(timeout=timeout)
        self._is_touched = False

    # Every method that takes a statement is overridden to note it first; a test checks that the list is complete.

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


class _Transaction(TransactionContextPooled):
    """A transaction that gives its connection back wherever its task is cancelled.

    Tortoise's own keeps the connection for ever when the task is cancelled while BEGIN is on its way: a few such tasks
    empty the pool, and everybody waits. It also leaves a task that goes on, as after `asyncio.timeout`, with a
    connection that belongs to somebody else by then.
    """

    async def __aenter__(self) -> TransactionalDBClient:
        try:
            return await super().__aenter__()
        except BaseException:
            if self.client._connection is not None:
                await self._give_back()
            raise

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if self.client._finalized:
                return
            if exc_type is None:
                await self.client.commit()
            elif exc_type is not TransactionManagementError:
                await self.client.rollback()
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        token = getattr(self, "token", None)
        if token is not None:
            get_connections().reset(token)
        pool = self.client._parent._pool
        if pool is not None:
            # asyncpg shields this, and rolls back whatever is still open.
            await pool.release(self.client._connection)


class _Client(AsyncpgDBClient):
    connection_class = Connection

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock)


client_class = _Client
"""The name under which Tortoise looks for the client of an engine module."""
