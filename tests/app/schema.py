"""What a database's tables look like, and what the models say they should look like."""

import re
from dataclasses import dataclass

import asyncpg
from tortoise.context import TortoiseContext

from app import migrations
from app.orm import tortoise_config

_COLUMNS = """
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS definition
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> $1
"""
_KEYS = """
SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) AS definition FROM pg_constraint
WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
_OWN_NAME = re.compile(r"(?<=INDEX )\S+(?= ON)")


@dataclass(frozen=True)
class Catalogue:
    """Columns by table and name; keys and indexes by their definition, since their names do not matter."""

    columns: dict[tuple[str, str], str]
    keys_and_indexes: set[str]


async def catalogue(database_url: str) -> Catalogue:
    """The columns, keys and indexes of the database."""
    connection = await asyncpg.connect(database_url)
    columns = await connection.fetch(_COLUMNS, migrations.HISTORY_TABLE)
    keys = await connection.fetch(_KEYS)
    await connection.close()
    return Catalogue(
        {(row["table"], row["column"]): row["definition"] for row in columns},
        {_OWN_NAME.sub("…", row["definition"]) for row in keys},
    )


async def schema_of_models(database_url: str) -> Catalogue:
    """What Tortoise makes of the models in this empty database."""
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(database_url, pool=2))
        await context.generate_schemas()
    return await catalogue(database_url)
