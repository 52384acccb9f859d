"""PostgreSQL, the only source of truth: one transaction per verb, and hooks around its commit.

A nested `transaction()` joins the outermost one. Hooks given to `before_commit` run as the last step inside the
transaction, those given to `after_commit` outside it, once it has committed. A rollback drops both; a rollback to a
savepoint drops those given inside it. Never use `asyncio.gather` inside a transaction: it has only one connection.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.connection import get_connections
from tortoise.transactions import in_transaction

from foundation import attempts
from foundation.logging import logger

Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class _Running:
    """The hooks of the running transaction."""

    before: list[Hook] = field(default_factory=list)
    after: list[Hook] = field(default_factory=list)


_running: ContextVar[_Running | None] = ContextVar("running_transaction", default=None)
_CONNECTION = "default"


async def connect(config: dict[str, Any]) -> None:
    """Open the pool; `config` comes from `app.orm.tortoise_config`."""
    await Tortoise.init(config=config, _enable_global_fallback=True)
    # Tortoise opens its pool on first use, but our hand-written queries go to the pool directly and need it now.
    client = get_connections().get(_CONNECTION)
    if client._pool is None:
        await client.create_connection(with_db=True)


def is_connected() -> bool:
    """Whether `connect` has been called and `close` has not."""
    return Tortoise.is_inited()


async def close() -> None:
    """Close the pool."""
    await Tortoise.close_connections()


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Run the block in one transaction; a nested block joins the outermost one."""
    if _running.get() is not None:
        yield
        return
    running = _Running()
    token = _running.set(running)
    try:
        async with in_transaction(_CONNECTION):
            yield
            for hook in running.before:
                await hook()
    finally:
        _running.reset(token)
    attempts.has_happened("commit")
    for hook in running.after:
        try:
            await hook()
        except Exception:
            # The verb has committed and succeeded: a hook that fails afterwards must not turn its answer into an error.
            logger.exception("after_commit_failed")


@contextlib.asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """Run the block so that it can fail without ending the running transaction, e.g. on a unique index that decides a
    race. Outside a transaction it is one of its own, without hooks.
    """
    running = _running.get() or _Running()
    befores, afters = len(running.before), len(running.after)
    try:
        async with in_transaction(_CONNECTION):
            yield
    except BaseException:
        del running.before[befores:], running.after[afters:]
        raise


def in_a_transaction() -> bool:
    """True inside `transaction()`."""
    return _running.get() is not None


def before_commit(hook: Hook) -> None:
    """Run `hook` as the last step of the running transaction, e.g. to take a contended lock for the shortest time.

    Raises:
        RuntimeError: outside a transaction.
    """
    running = _running.get()
    if running is None:
        raise RuntimeError("before_commit needs a running transaction")
    running.before.append(hook)


def after_commit(hook: Hook) -> None:
    """Run `hook` once the running transaction has committed. If it fails, that is only logged.

    Raises:
        RuntimeError: outside a transaction, where "after" has no meaning.
    """
    running = _running.get()
    if running is None:
        raise RuntimeError("after_commit needs a running transaction")
    running.after.append(hook)


def executor() -> "asyncpg.Connection | asyncpg.Pool":
    """The running transaction's own asyncpg connection, or the pool outside one.

    This is the one place that touches Tortoise's private attributes.
    """
    client = get_connections().get(_CONNECTION)
    if isinstance(client, TransactionWrapper):
        return client._connection
    pool = client._pool
    assert pool is not None, "call foundation.database.connect first"
    return pool


async def fetch(sql: str, *arguments: Any) -> list[dict[str, Any]]:
    """Rows of a hand-written query, as dicts."""
    return [dict(row) for row in await executor().fetch(sql, *arguments)]


async def fetch_one(sql: str, *arguments: Any) -> dict[str, Any] | None:
    """The first row, or None."""
    row = await executor().fetchrow(sql, *arguments)
    return dict(row) if row is not None else None


async def fetch_value(sql: str, *arguments: Any) -> Any:
    """The first column of the first row."""
    return await executor().fetchval(sql, *arguments)


async def execute(sql: str, *arguments: Any) -> str:
    """Run a statement and return PostgreSQL's command tag."""
    tag: str = await executor().execute(sql, *arguments)
    return tag


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement for each row."""
    await executor().executemany(sql, rows)


async def advisory_lock(name: str) -> None:
    """Wait for the lock named `name` and hold it until the running transaction ends.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not in_a_transaction():
        raise RuntimeError("advisory_lock needs a running transaction")
    await execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)


def asyncpg_dsn(database_url: str) -> str:
    """The database URL in asyncpg's spelling, for a separate connection (LISTEN, leader lock)."""
    parts = urlsplit(database_url)
    return parts._replace(scheme="postgresql").geturl()
