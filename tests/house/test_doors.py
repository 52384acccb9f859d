"""An endpoint calls the rooms; it reads no table itself.

What a screen shows is a read model of the room it belongs to, so that the next screen finds it there, and who may see
it is decided in one place. Enums and limits that stand beside a table may be imported: they are words of the API.
"""

import ast
import importlib

from app.embedded.state import REPOSITORY
from foundation.table import Table

DOORS = ("console", "miniprogram_api", "partner_api", "bot")


def tables_imported() -> list[str]:
    """`console/looking.py Staff`."""
    found = []
    for path in sorted(path for door in DOORS for path in (REPOSITORY / door).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not node.module or not node.module.endswith(".models"):
                continue
            module = importlib.import_module(node.module)
            for name in node.names:
                meant = getattr(module, name.name)
                if isinstance(meant, type) and issubclass(meant, Table):
                    found.append(f"{path.relative_to(REPOSITORY)} {name.name}")
    return found


def test_no_door_reads_a_table_itself():
    assert tables_imported() == []


def test_no_door_takes_a_whole_module_of_tables():
    whole = [
        f"{path.relative_to(REPOSITORY)}"
        for path in sorted(path for door in DOORS for path in (REPOSITORY / door).rglob("*.py"))
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and any(name.name == "models" for name in node.names)
    ]
    assert whole == []
