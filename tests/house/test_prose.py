"""Nothing is decided by a Chinese sentence: words are for people and may be reworded; programs ask a code or state."""

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest

from app.embedded.state import REPOSITORY

SOURCES: Final = ("app", "bot", "campaigns", "console", "crm_core", "foundation", "integrations", "miniprogram_api")
OTHERS_WORDS: Final = {
    "crm_core/imports": "a dealer's columns and cells are Chinese",
    "app/seed/group.py": "the name of a city",
    "crm_core/wording/formats.py": "a word that stands for a missing name or plate is not masked",
    "foundation/web/problems.py": "whether a sentence is Chinese at all",
    "crm_core/privacy/giving.py": "headings are sorted, the person's own first",
    "crm_core/customers/merging_rules.py": "the placeholder for a name that nobody filed is kept as the name",
}
"""Where the words compared are data that came from outside or stand in for it, and why."""
HAN: Final = re.compile("[\u4e00-\u9fff]")
SQL: Final = re.compile("(?:WHERE|AND|OR) +[\\w.]+ *= *'[^']*[\u4e00-\u9fff]|(?:<>|LIKE|IN \\() *'[^']*[\u4e00-\u9fff]")


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for source in SOURCES:
        for path in sorted((REPOSITORY / source).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield str(path.relative_to(REPOSITORY)), ast.parse(path.read_text(encoding="utf-8"))


def _is_prose(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value) is not None


def _own_constants(module: ast.Module) -> set[str]:
    """Names of the module that stand for Chinese words."""
    named: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_prose(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named.update(target.id for target in targets if isinstance(target, ast.Name))
    return named


def _constants(module: ast.Module, of_modules: dict[str, set[str]]) -> set[str]:
    """What stands for Chinese words in a module: `NAME`, its own or imported, and `other.NAME`."""
    named = _own_constants(module)
    for node in [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]:
        for alias in node.names:
            called = alias.asname or alias.name
            if alias.name in of_modules.get(str(node.module), ()):
                named.add(called)
            named.update(f"{called}.{constant}" for constant in of_modules.get(f"{node.module}.{alias.name}", ()))
    return named


def _compared(node: ast.AST) -> list[ast.expr]:
    """What a comparison compares, with the elements of a collection; the beginning or end that is asked for."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return [
            one for side in sides for one in (side.elts if isinstance(side, ast.Tuple | ast.Set | ast.List) else [side])
        ]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.args if node.func.attr in ("startswith", "endswith") else []
    return (
        [case.value for case in ast.walk(node) if isinstance(case, ast.MatchValue)]
        if isinstance(node, ast.Match)
        else []
    )


def decided_by_words(module: ast.Module, constants: set[str]) -> list[int]:
    """The lines where something is decided by Chinese words."""
    lines = []
    for node in ast.walk(module):
        compared = _compared(node)
        if any(_is_prose(one) or ast.unparse(one) in constants for one in compared):
            lines.append(compared[0].lineno)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            lines.append(node.lineno)
    return lines


def test_nothing_is_decided_by_a_chinese_sentence():
    modules = dict(_modules())
    of_modules = {
        name.removesuffix(".py").replace("/", "."): _own_constants(module) for name, module in modules.items()
    }
    found = {
        name: lines
        for name, module in modules.items()
        if (lines := decided_by_words(module, _constants(module, of_modules)))
    }
    own = {name: lines for name, lines in found.items() if not any(name.startswith(place) for place in OTHERS_WORDS)}
    assert own == {}
    assert [place for place in OTHERS_WORDS if not any(name.startswith(place) for name in found)] == []


@pytest.mark.parametrize(
    "code",
    [
        "if row.reason == '没有次数': pass",
        "found = row.reason in ('没有次数', '别的')",
        "found = row.reason != NO_ALLOWANCE",
        "found = row.reason != subscribe.NO_ALLOWANCE",
        "found = reason.startswith('没有')",
        "match reason:\n    case '没有次数': pass",
        "SQL = \"SELECT id FROM message WHERE reason = '没有次数'\"",
    ],
)
def test_such_a_decision_is_found(code: str):
    assert len(decided_by_words(ast.parse(code), {"NO_ALLOWANCE", "subscribe.NO_ALLOWANCE"})) == 1


@pytest.mark.parametrize(
    "code", ["words = '开工' if is_first else '继续'", "SQL = \"UPDATE coupon SET end_reason = '到期'\""]
)
def test_saying_something_is_no_decision(code: str):
    assert decided_by_words(ast.parse(code), set()) == []
