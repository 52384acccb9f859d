"""Move the schema forward, tell whether it is current, and write the next migration from the models.

Tortoise's own tool does the work. Around it: one lock, so that two `migrate` at once take turns; one transaction per
migration together with its entry in the history, so that a kill leaves nothing half recorded; no downgrade without a
target, which Tortoise would read as "everything".
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    from app.migration_steps import Walk

APP = "wedealer"
HISTORY_TABLE = "tortoise_migrations"
FOLDER = Path(__file__).resolve().parents[1] / "migrations"
_LOCK_KEY = 0x57_45_44_45_41_4C  # "WEDEAL"; an advisory lock is a number
_POOL = 2
"""Connections: one that works and one to spare."""


class SchemaOutdated(RuntimeError):
    """The database lacks migrations this code needs; the message names the command to run."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            f"数据库结构落后 {len(missing)} 步（下一步 {missing[0]}），请先运行：wedealer migrate\n"
            f"The database is {len(missing)} migration(s) behind (next: {missing[0]}). Run: wedealer migrate"
        )
        self.missing = missing


async def pending(database_url: str) -> list[str]:
    """Names of the migrations the database does not have yet, oldest first. Cheap: it does not load the models."""
    connection = await asyncpg.connect(_dsn(database_url))
    try:
        exists = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", HISTORY_TABLE)
        rows = await connection.fetch(f"SELECT name FROM {HISTORY_TABLE} WHERE app = $1", APP) if exists else []
    finally:
        await connection.close()
    applied = {row["name"] for row in rows}
    return [name for name in on_disk() if name not in applied]


def on_disk() -> list[str]:
    """Names of all migrations of this code, oldest first."""
    return sorted(file.stem for file in FOLDER.glob("[0-9]*.py"))


async def assert_schema_current(database_url: str) -> None:
    """Return if the database has every migration of this code; a newer database is welcome (rolling deployment).

    Raises:
        SchemaOutdated: with the command to run.
    """
    if missing := await pending(database_url):
        raise SchemaOutdated(missing)


async def migrate(database_url: str) -> list[str]:
    """Apply what is missing and return its names; a second `migrate` waits for the first."""
    from app.migration_steps import Walk

    async with _locked(database_url), _tortoise(database_url):
        missing = await pending(database_url)
        walk = Walk()
        for name in missing:
            await _move_to(database_url, name, walk)
    return missing


async def downgrade(database_url: str, target: str) -> list[str]:
    """Undo everything after the migration `target` and return the names undone, newest first.

    Raises:
        ValueError: the database does not have `target`.
    """
    from app.migration_steps import Walk

    async with _locked(database_url), _tortoise(database_url):
        missing = set(await pending(database_url))
        applied = [name for name in on_disk() if name not in missing]
        if target not in applied:
            raise ValueError(f"{target} is not an applied migration; applied: {', '.join(applied) or 'none'}")
        undone = list(reversed(applied[applied.index(target) + 1 :]))
        await _move_to(database_url, target, Walk())
    return undone


async def history(database_url: str) -> list[tuple[str, bool]]:
    """Every migration of this code and whether the database has it."""
    missing = set(await pending(database_url))
    return [(name, name not in missing) for name in on_disk()]


async def makemigrations(name: str | None = None) -> Path | None:
    """Write the step from the last migration to the models as they are now; None if they agree. Needs no database."""
    from tortoise.context import TortoiseContext
    from tortoise.migrations.autodetector import MigrationAutodetector
    from tortoise.migrations.operations import CreateModel
    from tortoise.migrations.writer import format_migration_name

    from app.orm import tortoise_config

    # Only models and files are compared: the address is never connected to.
    config = tortoise_config("postgres://nobody@127.0.0.1:1/none", pool=_POOL)
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        assert context.apps is not None
        writers = await MigrationAutodetector(context.apps, config["apps"]).changes()
    if not writers:
        return None
    (writer,) = writers
    tables = [operation for operation in writer.operations if isinstance(operation, CreateModel)]
    # Stable: tables keep their order, everything else follows them.
    writer.operations = tables + [operation for operation in writer.operations if operation not in tables]
    if name:
        writer.name = format_migration_name(int(writer.name.split("_", 1)[0]), name)
    path = Path(writer.write())
    if tables:
        text = await asyncio.to_thread(path.read_text)
        await asyncio.to_thread(path.write_text, _with_tables_at_once(text, len(tables)))
    return path


def _with_tables_at_once(text: str, tables: int) -> str:
    """Let `CreateTables` take the leading `CreateModel` steps of a generated file: it also writes their constraints."""
    head, steps = text.split("    operations = [\n", 1)
    lines = steps.splitlines(keepends=True)
    # The writer indents a step by eight blanks: the n-th such closing line ends the n-th table.
    ends = [number for number, line in enumerate(lines, 1) if line == "        ),\n"]
    end = ends[tables - 1]
    taken = "".join(f"        {line}" for line in lines[:end])
    rest = "".join(lines[end:])
    head = f"from app.create_tables import CreateTables\n{head}"
    return f"{head}    operations = [\n        CreateTables(\n            [\n{taken}            ]\n        ),\n{rest}"


async def _move_to(database_url: str, name: str, walk: "Walk") -> None:
    from tortoise.connection import get_connection
    from tortoise.migrations.executor import MigrationTarget
    from tortoise.transactions import in_transaction

    from app.migration_steps import Steps
    from app.orm import tortoise_config

    apps = tortoise_config(database_url, pool=_POOL)["apps"]
    outside = Steps(get_connection("default"), apps, walk)
    # Before the transaction: a look at a history table that is not there would abort it.
    await outside.recorder.ensure_schema(outside._schema_editor(atomic=False))
    async with in_transaction("default"):
        # Taken inside, the connection is the transaction's own, so the entry in the history is part of it.
        inside = Steps(get_connection("default"), apps, walk)
        await inside.migrate([MigrationTarget(app_label=APP, name=name)])


@contextlib.asynccontextmanager
async def _locked(database_url: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(_dsn(database_url))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY)
        yield
    finally:
        # The session's end gives the lock back, also after kill -9.
        await connection.close()


@contextlib.asynccontextmanager
async def _tortoise(database_url: str) -> AsyncIterator[None]:
    from tortoise.context import TortoiseContext

    from app.orm import tortoise_config

    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(database_url, pool=_POOL))
        yield


def _dsn(database_url: str) -> str:
    return "postgresql://" + database_url.split("://", 1)[-1]
