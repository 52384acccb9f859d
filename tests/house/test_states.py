"""SQL names a state through its enum (`foundation.reading.literals`), never as a word of its own.

A word in a statement is found by nobody who renames or removes the state: the statement goes on and finds no rows. Only
the constraints in `models` spell states out, for what a migration wrote must not change with the code.
"""

import ast
import re
from collections.abc import Iterator

from app.embedded.state import REPOSITORY

ROOMS = ("app", "bot", "campaigns", "console", "crm_core", "miniprogram_api", "partner_api", "scheduler")
IN_QUOTES = re.compile(r"'([A-Z][A-Z0-9_]*)'")


def sources() -> dict[str, ast.Module]:
    """The syntax tree of each module, under its path."""
    paths = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]
    found = [path for path in paths if "node_modules" not in path.parts]
    return {str(path.relative_to(REPOSITORY)): ast.parse(path.read_text()) for path in found}


def values_of_enums(trees: dict[str, ast.Module]) -> set[str]:
    """Every value of every `StrEnum`."""
    enums = [
        node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "StrEnum" in {ast.unparse(base) for base in node.bases}
    ]
    values = [line.value for enum in enums for line in enum.body if isinstance(line, ast.Assign)]
    return {value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)}


def spelt_out(tree: ast.Module, values: set[str]) -> Iterator[str]:
    """States written as words in the statements of a module."""
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    yield from (word for text in texts for word in IN_QUOTES.findall(text) if word in values)


def test_sql_names_a_state_through_its_enum():
    trees = sources()
    values = values_of_enums(trees)
    assert {"PAID", "BOUND", "SA"} <= values
    found = {
        path: words
        for path, tree in trees.items()
        if not path.endswith("/models.py") and (words := sorted(set(spelt_out(tree, values))))
    }
    assert found == {}
