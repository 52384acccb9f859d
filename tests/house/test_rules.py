"""Rules are pure: what they decide depends on what they are given and on nothing else."""

import ast
import sys

import grimp
import pytest

from app.embedded.state import REPOSITORY

ROOMS = ("crm_core", "campaigns")
REACHES_OUT = {
    "asyncio", "ftplib", "http", "io", "os", "pathlib", "random", "secrets", "shutil", "smtplib", "socket", "sqlite3",
    "ssl", "subprocess", "tempfile", "time", "urllib",
}  # fmt: skip
ALLOWED = frozenset({*sys.stdlib_module_names, "orjson", "phonenumbers"} - REACHES_OUT)
"""What may stand below a rule: of the standard library what reaches no file, network, process, clock or chance; JSON in
and out of memory; the world's numbering plans."""
IMPURE_CALLS = {
    "open", "input", "print", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
}  # fmt: skip
"""Impure calls that need no import, or only an import that rules may make."""


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, "foundation", "integrations", include_external_packages=True)


def is_rules(module: str) -> bool:
    return module.split(".")[0] in ROOMS and module.rsplit(".", 1)[-1].endswith("rules")


def test_rules_import_no_database_no_platform_and_no_clock(imports: grimp.ImportGraph):
    rules = sorted(filter(is_rules, imports.modules))
    assert len(rules) >= 14
    impure = {}
    for module in rules:
        outside = {name for name in imports.find_upstream_modules(module) if imports.is_module_squashed(name)}
        if outside - ALLOWED or imports.chain_exists(module, "foundation.clock"):
            impure[module] = sorted(outside - ALLOWED) or ["foundation.clock"]
    assert impure == {}


def calls_in(module: str) -> set[str]:
    """The names a module of the house calls, as it writes them."""
    path = REPOSITORY.joinpath(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)}


def test_rules_read_no_file_and_no_clock_without_an_import(imports: grimp.ImportGraph):
    below = {
        module
        for rules in filter(is_rules, imports.modules)
        for module in (rules, *imports.find_upstream_modules(rules))
        if not imports.is_module_squashed(module)
    }
    found = {module: calls & IMPURE_CALLS for module in sorted(below) if (calls := calls_in(module)) & IMPURE_CALLS}
    assert found == {}
