"""What only screens call reads SQL; what a verb also acts upon has the verb's own loader, through Tortoise.

Who calls whom is read from the source by names: a function calls whatever function of the house it mentions. A function
is only a screen's when it is reached from the GET doors and from nothing else.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from foundation.table import Table

HOUSE = Path(__file__).resolve().parents[2]
PACKAGES = ("crm_core", "campaigns", "console", "miniprogram_api", "partner_api", "bot", "scheduler", "app")
ASKING = {"all", "exists", "filter", "first", "get", "get_or_none"}
"""Methods of a table that read it."""
RECKONED = (
    "it hands the rows on to what a booking reckons with (free times, prices), so that what is offered can be had"
)
WITH_THE_VERBS_ROWS = {
    "crm_core.appointments.calendar.live_stores": RECKONED,
    "crm_core.appointments.alternatives.other_times": RECKONED,
    "crm_core.appointments.free_times.places": RECKONED,
    "crm_core.appointments.free_times.slots_to_move": RECKONED,
    "crm_core.appointments.offering.booking_page": RECKONED,
    "crm_core.appointments.offering.change_page": RECKONED,
    "crm_core.appointments.offering.maintenance_of": RECKONED,
    "crm_core.appointments.offering.visitor_page": RECKONED,
    "crm_core.imports.problems._Page": "part of handing out the file, below",
    "crm_core.imports.problems.as_workbook": "handing out the file is an act, which the audit log notes",
    "crm_core.payments.paying.latest": "it asks the platform about the payment, which may settle it",
    "crm_core.vehicles.service_history.next_service_of": "the prediction that a delivery stores, from the same rows",
}
"""What only screens call and asks tables all the same, and why. It only becomes shorter."""
Name = tuple[str, str]
"""A module, and what it defines at its top: a function or a class; empty for the module's own statements."""

DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def test_what_only_screens_call_asks_no_table() -> None:
    house = House()
    shown = house.reached_from(house.doors)
    acted = house.reached_from(house.mentions.keys() - shown)
    found = {".".join(name) for name in (shown - acted) & house.asking}
    assert found == set(WITH_THE_VERBS_ROWS), "a read is SQL that fills a read model: `Query`"


class House:
    """Who mentions whom, who asks a table, and which functions are GET doors."""

    def __init__(self) -> None:
        self.mentions: dict[Name, set[Name]] = {}
        self.asking: set[Name] = set()
        self.doors: set[Name] = set()
        for module, tree in _modules():
            known = _imported(tree) | {
                node.name: (module, node.name) for node in tree.body if isinstance(node, DEFINED)
            }
            for node in tree.body:
                name = (module, node.name if isinstance(node, DEFINED) else "")
                self.mentions.setdefault(name, set()).update(_mentioned(node, known))
                if _asks(node, known):
                    self.asking.add(name)
                if isinstance(node, DEFINED) and any("api.get(" in ast.unparse(mark) for mark in node.decorator_list):
                    self.doors.add(name)

    def reached_from(self, names: Iterable[Name]) -> set[Name]:
        """These, and whatever they mention, directly or not."""
        reached: set[Name] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in self.mentions and name not in reached:
                reached.add(name)
                waiting += self.mentions[name]
        return reached


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for file in sorted((HOUSE / package).rglob("*.py")):
            parts = file.relative_to(HOUSE).with_suffix("").parts
            if "node_modules" not in parts:
                yield ".".join(parts).removesuffix(".__init__"), ast.parse(file.read_text())


def _imported(tree: ast.Module) -> dict[str, Name]:
    """What the module's names stand for; of an imported module the second part is empty."""
    known: dict[str, Name] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {name.asname or name.name: (node.module, name.name) for name in node.names}
    return known


def _mentioned(node: ast.AST, known: dict[str, Name]) -> Iterator[Name]:
    """`found` and `queries.page`, each as the function it stands for."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            yield known[part.id]
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in known:
            yield ".".join(known[part.value.id]), part.attr


def _asks(node: ast.AST, known: dict[str, Name]) -> bool:
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in ASKING
        and isinstance(part.value, ast.Name)
        and _is_table(known.get(part.value.id))
        for part in ast.walk(node)
    )


def _is_table(name: Name | None) -> bool:
    found = getattr(importlib.import_module(name[0]), name[1], None) if name else None
    return isinstance(found, type) and issubclass(found, Table)
