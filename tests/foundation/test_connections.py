"""Whatever a statement leaves on a pooled connection is removed before another task gets the connection."""

import inspect
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.embedded.postgres import EmbeddedPostgres
from foundation.connections import Connection, leaves_something


@pytest.fixture
async def pool(postgres: EmbeddedPostgres) -> AsyncIterator[asyncpg.Pool]:
    """A pool of one connection, so that the next one to ask gets what the last one left."""
    async with asyncpg.create_pool(postgres.url, min_size=1, max_size=1, connection_class=Connection) as pool:
        yield pool


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "\n  select id from store where name = 'set'",
        "WITH a AS (SELECT 1) SELECT * FROM a;",
        "UPDATE store SET name = $1",
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        "SET LOCAL work_mem = '64MB'",
        "BEGIN;",
        "ROLLBACK TO SAVEPOINT a;",
    ],
)
def test_reads_writes_and_what_ends_with_its_transaction_leave_nothing(statement: str) -> None:
    assert not leaves_something(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET work_mem = '64MB'",
        "SET SESSION work_mem = '64MB'",
        "LISTEN news",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock_shared($1)",
        "SELECT set_config('work_mem', '64MB', false)",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "SELECT 1; SET work_mem = '64MB'",
        "/* nothing */ SELECT 1",
        "DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$",
        "CALL anything()",
    ],
)
def test_in_doubt_a_statement_leaves_something(statement: str) -> None:
    assert leaves_something(statement)


async def test_a_setting_of_the_session_is_undone_before_the_next_one(pool: asyncpg.Pool) -> None:
    before = await pool.fetchval("SHOW work_mem")
    await pool.execute("SET work_mem = '77MB'")
    assert await pool.fetchval("SHOW work_mem") == before
    await pool.fetchval("SELECT set_config('work_mem', '78MB', false)")
    assert await pool.fetchval("SELECT current_setting('work_mem')") == before


@pytest.mark.parametrize("how", ["execute", "fetchval", "fetchrow", "fetch", "prepare", "cursor", "executemany"])
async def test_a_lock_of_the_session_is_given_back_however_it_was_taken(pool: asyncpg.Pool, how: str) -> None:
    take = "SELECT pg_advisory_lock(4711)"
    async with pool.acquire() as connection:
        if how == "prepare":
            await (await connection.prepare(take)).fetch()
        elif how == "cursor":
            async with connection.transaction():
                assert [row async for row in connection.cursor(take)]
        elif how == "executemany":
            await connection.executemany("SELECT pg_advisory_lock($1::int)", [(4711,)])
        else:
            await getattr(connection, how)(take)
        assert await _locks(connection) == 1
    assert await _locks(pool) == 0


async def test_a_listener_does_not_go_on_to_the_next_one(pool: asyncpg.Pool) -> None:
    with pytest.warns(asyncpg.InterfaceWarning, match="active notification listener"):
        async with pool.acquire() as connection:
            await connection.add_listener("news", lambda *_: None)
    assert await pool.fetch("SELECT pg_listening_channels()") == []


async def test_an_open_transaction_is_rolled_back_though_nothing_was_left(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        backend = connection.get_server_pid()
        await connection.execute("BEGIN")
    async with pool.acquire() as connection:
        assert connection.get_server_pid() == backend
        assert not connection.is_in_transaction()


async def test_a_read_is_one_round_trip(pool: asyncpg.Pool) -> None:
    sent: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda record: sent.append(record.query))
    await pool.fetchval("SELECT 1")
    assert sent == ["SELECT 1"]


def test_every_way_to_send_a_statement_is_watched() -> None:
    takes_statement = {
        name
        for name, method in inspect.getmembers(asyncpg.Connection, inspect.isfunction)
        if not name.startswith("_") and {"query", "command"} & inspect.signature(method).parameters.keys()
    }
    assert takes_statement <= vars(Connection).keys()


async def _locks(by: "asyncpg.Connection | asyncpg.Pool") -> int:
    found: int = await by.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711")
    return found
