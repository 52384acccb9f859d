"""What a public function of the dealership takes or returns has a named shape that mypy can follow.

A `dict[str, Any]` says nothing about its keys: a misspelt one is found by whoever opens the page. What is only kept as
JSON is `foundation.json_types.Json`, the facts of a message are `crm_core.wording.facts.Facts`. `Any` and `object` say
nothing either; where they are the truth, the function is listed here with the reason.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.embedded.state import REPOSITORY

ROOMS = ("crm_core", "campaigns")
TAKES_ANYTHING: Final = {
    "crm_core/dealerships/audit.py note": "details of any act, kept as JSON",
    "crm_core/dealerships/audit.py hash_of": "details of any act, as `note` takes them",
    "crm_core/dealerships/audit_telling.py told": "details of any act, as `note` takes them",
    "crm_core/dealerships/audit_telling.py in_words": "details of acts, as the log has them",
    "crm_core/dealerships/audit_telling.py tell_places": "details of acts, as the log has them",
    "crm_core/exports/queries.py tell_lists": "details of acts, as the log has them",
    "crm_core/partners/keys.py tell_scopes": "details of acts, as the log has them",
    "crm_core/privacy/requesting.py tell_kinds": "details of acts, as the log has them",
    "crm_core/webhooks/keeping.py tell_events": "details of acts, as the log has them",
    "crm_core/settings/history.py tell_changes": "details of an act, as the log has them",
    "crm_core/messaging/rows.py columns_of": "any read model",
    "crm_core/policies/kinds.py read": "reads JSON that may be of the wrong kind",
    "crm_core/settings/changing.py kept_values": "reads JSON that may be of the wrong kind",
    "crm_core/privacy/giving.py as_text": "a value of any column",
    "crm_core/privacy/holds.py stored": "rows of any table",
    "crm_core/privacy/traces.py with_traces": "values of a statement",
    "crm_core/imports/marks.py mark": "a value of any column",
    "crm_core/imports/marks.py is_still": "a value of any column",
    "crm_core/imports/taking/run.py write": "rows of any table",
    "crm_core/imports/taking/said.py digest": "anything that is hashed",
    "crm_core/repair_orders/estimating.py new_line": "more columns of the row, which the table checks",
    "crm_core/wording/preview.py preview": "a printer, whose answer is not looked at",
    "crm_core/wording/templating.py Rendering.text": "what a template may name",
    "crm_core/wording/templating.py Rendering.fact": "what a template may name",
    "campaigns/broadcasts/rules.py content_hash": "anything that is hashed",
    "campaigns/segments/conditions/base.py Bounds.bounds": "two numbers or two days",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> dict[str, ast.Module]:
    """The syntax tree of each source file of the rooms, under its path."""
    paths = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]
    return {str(path.relative_to(REPOSITORY)): ast.parse(path.read_text()) for path in paths}


def is_loose(annotation: ast.AST, aliases: frozenset[str]) -> bool:
    """Whether a mapping of strings to anything stands somewhere in this type, under its own name or another."""
    for part in ast.walk(annotation):
        if isinstance(part, ast.Name) and part.id in aliases:
            return True
        if isinstance(part, ast.Subscript) and ast.unparse(part) in ("dict[str, Any]", "Mapping[str, Any]"):
            return True
    return False


def aliases_in(module: ast.Module) -> Iterator[str]:
    """`Row` of `Row = dict[str, Any]`."""
    for statement in module.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Subscript):
            continue
        if is_loose(statement.value, frozenset()):
            yield ast.unparse(statement.targets[0])


def public_functions(body: list[ast.stmt]) -> Iterator[tuple[str, Function]]:
    """The functions of a module and the methods of its classes that others may call."""
    for node in body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from ((f"{node.name}.{name}", method) for name, method in public_functions(node.body))


def annotations(function: Function) -> Iterator[ast.AST]:
    """The types of what it takes and of what it returns."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    yield from (argument.annotation for argument in every if argument and argument.annotation)
    if function.returns:
        yield function.returns


def is_anything(annotation: ast.AST) -> bool:
    """Whether `Any` or `object` stands somewhere in this type."""
    return any(isinstance(part, ast.Name) and part.id in ("Any", "object") for part in ast.walk(annotation))


def loose_functions() -> list[str]:
    """`crm_core/billing/queries.py of_store`, sorted."""
    trees = modules()
    aliases = frozenset(name for tree in trees.values() for name in aliases_in(tree))
    return sorted(
        f"{path} {name}"
        for path, tree in trees.items()
        for name, function in public_functions(tree.body)
        if any(is_loose(annotation, aliases) for annotation in annotations(function))
    )


def test_no_public_function_passes_a_dict_of_anything():
    assert loose_functions() == []


def test_a_public_function_says_what_it_takes_and_returns_or_has_a_reason_why_not():
    found = [
        f"{path} {name}"
        for path, tree in modules().items()
        for name, function in public_functions(tree.body)
        if any(map(is_anything, annotations(function)))
    ]
    assert sorted(set(found)) == sorted(TAKES_ANYTHING)


def test_an_id_that_comes_in_is_one_type():
    """`Id` of `foundation.fields`, also `Id | None`; nobody writes its bounds again."""
    again = [
        path
        for path, text in ((str(file.relative_to(REPOSITORY)), file.read_text("utf-8")) for file in _inputs())
        if "gt=0, lt=2**63" in text
    ]
    assert again == ["foundation/fields.py"]


def _inputs() -> list[Path]:
    packages = ("campaigns", "console", "foundation", "miniprogram_api", "partner_api")
    return [
        file
        for package in packages
        for file in (REPOSITORY / package).rglob("*.py")
        if "node_modules" not in file.parts
    ]
