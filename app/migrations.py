"""Moves the schema forward and tells whether it is current: plain SQL files, each applied once, in order.

A migration depends on nothing that can change: no model, no enum, no library. One lock makes two `migrate` at once take
turns. Each file and its line in the history share one transaction, so that a kill leaves nothing half done. Why SQL and
why only forward: docs/decisions/0010-migrations-in-sql.md.
"""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import asyncpg

FOLDER: Final = Path(__file__).resolve().parents[1] / "migrations"
HISTORY_TABLE: Final = "schema_migration"
_LOCK_KEY: Final = 0x57_45_44_45_41_4C  # "WEDEAL"; an advisory lock is a number
_HISTORY: Final = f"""
CREATE TABLE IF NOT EXISTS {HISTORY_TABLE} (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())
"""


class SchemaOutdated(RuntimeError):
    """The database lacks migrations this code needs; the message names the command to run."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            f"数据库结构落后 {len(missing)} 步（下一步 {missing[0]}），请先运行：wedealer migrate\n"
            f"The database is {len(missing)} migration(s) behind (next: {missing[0]}). Run: wedealer migrate"
        )
        self.missing = missing


class SchemaUnknown(RuntimeError):
    """The database was made by code with another history: this code cannot tell what it holds."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"数据库不是由本版本的迁移建立的（{'、'.join(names)}），无法升级；请换一个空库。\n"
            f"The database was not made by the migrations of this code ({', '.join(names)}) and cannot be moved on. "
            "Use an empty database."
        )
        self.names = names


async def pending(database_url: str) -> list[str]:
    """Names of the migrations the database does not have yet, oldest first.

    Raises:
        SchemaUnknown: the database holds tables of another history.
    """
    connection = await asyncpg.connect(_dsn(database_url))
    try:
        return await _pending(connection)
    finally:
        await connection.close()


def on_disk() -> list[str]:
    """Names of all migrations of this code, oldest first."""
    return sorted(file.stem for file in FOLDER.glob("[0-9]*.sql"))


async def assert_schema_current(database_url: str) -> None:
    """Return if the database has every migration of this code. A newer database is accepted (rolling deployment).

    Raises:
        SchemaOutdated: with the command to run.
        SchemaUnknown: as for `pending`.
    """
    if missing := await pending(database_url):
        raise SchemaOutdated(missing)


async def migrate(database_url: str, *, to: str | None = None) -> list[str]:
    """Apply what is missing, up to and with `to` if given; returns the names. A second `migrate` waits for the first.

    Raises:
        SchemaUnknown: as for `pending`.
    """
    async with _locked(database_url) as connection:
        missing = [name for name in await _pending(connection) if to is None or name <= to]
        await connection.execute(_HISTORY)
        for name in missing:
            async with connection.transaction():
                await connection.execute((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
                await connection.execute(f"INSERT INTO {HISTORY_TABLE} (name) VALUES ($1)", name)
    return missing


async def history(database_url: str) -> list[tuple[str, bool]]:
    """Every migration of this code and whether the database has it."""
    missing = set(await pending(database_url))
    return [(name, name not in missing) for name in on_disk()]


async def _pending(connection: asyncpg.Connection) -> list[str]:
    known = on_disk()
    if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", HISTORY_TABLE):
        foreign = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LIMIT 3"
        )
        if foreign:
            raise SchemaUnknown([row["tablename"] for row in foreign])
        return known
    applied = {row["name"] for row in await connection.fetch(f"SELECT name FROM {HISTORY_TABLE}")}
    # A name that sorts after our last one comes from newer code, with whose schema this code can work.
    if unknown := sorted(name for name in applied.difference(known) if name < known[-1]):
        raise SchemaUnknown(unknown)
    return [name for name in known if name not in applied]


@contextlib.asynccontextmanager
async def _locked(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(_dsn(database_url))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY)
        yield connection
    finally:
        # The lock is released when the session ends, also after kill -9.
        await connection.close()


def _dsn(database_url: str) -> str:
    return "postgresql://" + database_url.split("://", 1)[-1]
