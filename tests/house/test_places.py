"""Tests stand where the code stands: `crm_core/billing/refunding.py` is tested under `tests/crm_core/billing`.

A module counts as tested there when a file of that folder, or of one above it, imports it or carries its name. Modules
without a function of their own need no test. The others are in `tested_elsewhere.toml`, with the place or the reason.
"""

import ast
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from app.embedded.state import REPOSITORY

SOURCES = (
    "app", "bot", "campaigns", "console", "crm_core", "foundation", "integrations", "miniprogram_api",
    "partner_api", "scheduler",
    "simulator",
)  # fmt: skip
TESTS = REPOSITORY / "tests"
ELSEWHERE = tomllib.loads(Path(__file__).with_name("tested_elsewhere.toml").read_text())["elsewhere"]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Every module, and every name of a module, that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


def does_something(path: Path) -> bool:
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def files_beside(module: Path) -> Iterator[Path]:
    """The tests and their helpers in the mirrored folder and in those above it."""
    folder = TESTS / module.parent.relative_to(REPOSITORY)
    while folder != TESTS:
        yield from folder.glob("*.py")
        folder = folder.parent


def untested_beside() -> set[str]:
    paths = (path for source in SOURCES for path in (REPOSITORY / source).rglob("*.py"))
    modules = [path for path in paths if path.name != "__init__.py" and "node_modules" not in path.parts]
    return {
        name_of(path)
        for path in modules
        if does_something(path)
        and not any(
            test.name == f"test_{path.stem}.py" or name_of(path) in imports_of(test) for test in files_beside(path)
        )
    }


def test_each_module_is_tested_beside_it_or_says_where():
    patterns = [pattern for entry in ELSEWHERE for pattern in entry["modules"]]
    lacking = {name for name in untested_beside() if not any(fnmatch(name, pattern) for pattern in patterns)}
    assert lacking == set()


def test_no_entry_is_out_of_date():
    untested = untested_beside()
    for entry in ELSEWHERE:
        idle = [pattern for pattern in entry["modules"] if not any(fnmatch(name, pattern) for name in untested)]
        assert idle == [], entry["why"]
        assert [place for place in entry.get("tests", []) if not (REPOSITORY / place).exists()] == [], entry["why"]
