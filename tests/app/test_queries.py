"""Every statement that fills a read model, prepared by PostgreSQL against the schema as the migrations build it.

No row is needed: a misspelt table, column or field, or a type that does not fit, is told here and not to a reader.
"""

import datetime as dt
import enum
import importlib
import pkgutil
import uuid
from decimal import Decimal
from typing import Any, Literal, get_origin, get_type_hints

import pytest

from foundation import database
from foundation.reading import JsonQuery, differing, is_json, queries, required
from tests.fixtures.servers import Cleaner

PACKAGES = (
    "bot",
    "campaigns",
    "console",
    "crm_core",
    "foundation",
    "miniprogram_api",
    "partner_api",
    "scheduler",
    "app",
)
FITTING: dict[type, set[str]] = {
    int: {"int2", "int4", "int8"},
    str: {"text", "varchar", "bpchar"},
    bool: {"bool"},
    float: {"float8"},
    Decimal: {"numeric"},
    dt.datetime: {"timestamptz"},
    dt.date: {"date"},
    dt.timedelta: {"interval"},
    uuid.UUID: {"uuid"},
}


def every_query() -> list[Any]:
    """Of all modules of the house, whether a door uses them or not."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return queries()


QUERIES = every_query()


def test_there_are_queries_to_look_at() -> None:
    assert QUERIES


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.model.__module__}.{query.model.__name__}")
async def test_a_statement_gives_what_its_read_model_says(query: Any, migrated: Cleaner) -> None:
    columns = await _columns(query.sql)
    if isinstance(query, JsonQuery):
        assert list(columns.values()) == ["text"], "its fields are held by `as_json`"
        return
    assert differing(query.model, set(columns)) == []
    hints = get_type_hints(query.model)
    assert [f"{name}: {hints[name]} of {kind}" for name, kind in columns.items() if not _fits(hints[name], kind)] == []


async def _columns(sql: str) -> dict[str, str]:
    async with database.transaction():
        attributes = (await database.executor().prepare(sql)).get_attributes()
    columns = {attribute.name: attribute.type.name for attribute in attributes}
    assert len(columns) == len(attributes), "a column stands twice"
    return columns


def _fits(hint: Any, column: str) -> bool:
    kind = required(hint)
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, enum.Enum)):
        return column in FITTING[str]
    if is_json(kind):
        return column in {"json", "jsonb"} or (get_origin(kind) is list and column.endswith("[]"))
    return column in FITTING[kind]
