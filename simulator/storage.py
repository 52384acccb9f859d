"""Where the world is kept: rows of JSON in PostgreSQL's schema `simulator`, or nowhere."""

from typing import Protocol
from urllib.parse import urlsplit

import asyncpg

_CREATE = """
CREATE SCHEMA IF NOT EXISTS simulator;
CREATE TABLE IF NOT EXISTS simulator.rows (
    kind text NOT NULL,
    key text NOT NULL,
    body jsonb NOT NULL,
    serial bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (kind, key)
);
"""
_UPSERT = """
INSERT INTO simulator.rows (kind, key, body)
SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[])
ON CONFLICT (kind, key) DO UPDATE SET body = EXCLUDED.body
"""
_DELETE = "DELETE FROM simulator.rows USING unnest($1::text[], $2::text[]) AS gone(kind, key) \
WHERE rows.kind = gone.kind AND rows.key = gone.key"
_POOL_SIZE = 2
"""One writer and one spare: writes are grouped, so more connections would only wait for each other."""

Change = tuple[str, str, str | None]
"""(kind, key, JSON body or None for a deletion)"""


class Storage(Protocol):
    """The storage the simulated world needs."""

    async def open(self) -> None: ...
    async def load(self) -> list[tuple[str, str, str]]: ...
    async def write(self, changes: list[Change]) -> None: ...
    async def clear(self) -> None: ...
    async def close(self) -> None: ...


class ForgetfulStorage:
    """Keeps nothing: the world ends with the process."""

    async def open(self) -> None:
        """Nothing to open."""

    async def load(self) -> list[tuple[str, str, str]]:
        """An empty world."""
        return []

    async def write(self, changes: list[Change]) -> None:
        """Forget the changes."""

    async def clear(self) -> None:
        """Nothing to clear."""

    async def close(self) -> None:
        """Nothing to close."""


class PostgresStorage:
    """Keeps each row as JSON, so that a second demo start finds the same people and chats."""

    def __init__(self, database_url: str) -> None:
        self._dsn = urlsplit(database_url)._replace(scheme="postgresql").geturl()
        self._pool: asyncpg.Pool | None = None

    @property
    def pool(self) -> "asyncpg.Pool":
        """The open pool."""
        assert self._pool is not None, "open() first"
        return self._pool

    async def open(self) -> None:
        """Connect and create the schema when it is missing."""
        self._pool = await asyncpg.create_pool(self._dsn, min_size=1, max_size=_POOL_SIZE)
        await self.pool.execute(_CREATE)

    async def load(self) -> list[tuple[str, str, str]]:
        """Every row as (kind, key, JSON), oldest first."""
        rows = await self.pool.fetch("SELECT kind, key, body FROM simulator.rows ORDER BY serial")
        return [(row["kind"], row["key"], row["body"]) for row in rows]

    async def write(self, changes: list[Change]) -> None:
        """Apply the changes in one transaction."""
        kept = [change for change in changes if change[2] is not None]
        gone = [change for change in changes if change[2] is None]
        async with self.pool.acquire() as connection, connection.transaction():
            if kept:
                await connection.execute(_UPSERT, *map(list, zip(*kept, strict=True)))
            if gone:
                await connection.execute(_DELETE, [kind for kind, _, _ in gone], [key for _, key, _ in gone])

    async def clear(self) -> None:
        """Forget everything."""
        await self.pool.execute("TRUNCATE simulator.rows")

    async def close(self) -> None:
        """Disconnect."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None
