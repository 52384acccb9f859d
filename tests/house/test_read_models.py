"""How many values are still passed as dicts or copied by field name; the numbers may only shrink.

Whoever converts a room lowers the number; whoever adds one is shown `foundation/reading.py`.
"""

import ast
import importlib
from pathlib import Path

import pytest

from foundation.table import Table

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("crm_core", "campaigns", "console", "miniprogram_api", "partner_api")
READS = ("queries", "_board")
"""How the names of the modules end that screens read (docs/architecture.md, two styles of data access)."""
LEFT = {"dict[str, Any]": 11, ".model_fields": 1}


def sources() -> list[Path]:
    """Modules of the rooms; what a table's constraint says stands in its `models`, where it must not change."""
    found = [file for room in ROOMS for file in (HOUSE / room).rglob("*.py") if "node_modules" not in file.parts]
    return [file for file in found if file.name != "models.py"]


def counted() -> dict[str, int]:
    """How often each old way is gone."""
    texts = [file.read_text() for file in sources()]
    return {
        "dict[str, Any]": sum(text.count("dict[str, Any]") for text in texts),
        ".model_fields": sum(text.count(".model_fields") for text in texts),
    }


@pytest.mark.parametrize("what", LEFT)
def test_the_old_ways_only_become_fewer(what: str) -> None:
    now = counted()[what]
    assert now <= LEFT[what], "use a read model (docs/architecture.md, two styles of data access)"
    assert now == LEFT[what], f"well done: put LEFT[{what!r}] down to {now}, so that it stays"


def test_screens_read_sql_and_not_tables() -> None:
    assert asked_through_tortoise() == set(), "a read is SQL that fills a read model: `Query`"


def asked_through_tortoise() -> set[str]:
    """`crm_core/billing/queries.py Bill` for each table whose methods a module of reads calls."""
    return {
        f"{file.relative_to(HOUSE)} {name}"
        for file in sources()
        if file.stem.endswith(READS)
        for name in _tables_called(ast.parse(file.read_text()))
    }


def _tables_called(module: ast.Module) -> set[str]:
    tables = {
        name.asname or name.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
        if _is_table(getattr(importlib.import_module(node.module), name.name, None))
    }
    called = {
        node.value.id
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return tables & called


def _is_table(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, Table)
