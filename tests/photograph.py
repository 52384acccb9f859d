"""What a database holds, kept in memory, so that several tests may begin with a world that takes long to make."""

from dataclasses import dataclass
from io import BytesIO
from typing import Self

import asyncpg

from app import migrations
from foundation.settings import get_settings


@dataclass(frozen=True)
class Photograph:
    """The rows of every table, and where each sequence stands."""

    rows: dict[tuple[str, str], bytes]
    sequences: dict[str, int]

    @classmethod
    async def take(cls) -> Self:
        """Read everything in the connected database but the history of migrations."""
        connection = await asyncpg.connect(get_settings().database_url.get_secret_value())
        try:
            tables = await connection.fetch(
                "SELECT schemaname, tablename FROM pg_tables "
                "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> $1",
                migrations.HISTORY_TABLE,
            )
            rows: dict[tuple[str, str], bytes] = {}
            for schema, table in tables:
                if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{schema}"."{table}")'):
                    content = BytesIO()
                    await connection.copy_from_table(table, schema_name=schema, output=content, format="binary")
                    rows[schema, table] = content.getvalue()
            sequences = await connection.fetch(
                "SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences "
                "WHERE last_value IS NOT NULL AND sequencename NOT LIKE $1",
                f"{migrations.HISTORY_TABLE}%",
            )
            return cls(rows, {row["name"]: row["last_value"] for row in sequences})
        finally:
            await connection.close()

    async def put_back(self) -> None:
        """Fill the connected, empty database with it."""
        connection = await asyncpg.connect(get_settings().database_url.get_secret_value())
        try:
            # Keys and triggers were obeyed when the rows were first written.
            await connection.execute("SET session_replication_role = replica")
            for (schema, table), content in self.rows.items():
                await connection.copy_to_table(table, schema_name=schema, source=BytesIO(content), format="binary")
            for name, value in self.sequences.items():
                await connection.execute("SELECT setval($1::regclass, $2)", name, value)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
