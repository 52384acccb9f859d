"""Every policy declares all that its page shows, and no code uses a default without asking for the store's value."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crm_core.policies.declaring import REGISTRY, Unit, rules_of
from crm_core.policies.kinds import keep, read, tell

REPOSITORY = Path(__file__).resolve().parents[3]
ROOMS = ("crm_core", "campaigns")
PRODUCT = ("app", "bot", "campaigns", "console", "crm_core", "miniprogram_api", "partner_api", "scheduler")


def _declared() -> dict[str, str]:
    """Classes called Policy, with their module."""
    found = {}
    for room in ROOMS:
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and node.name.endswith("Policy") and node.name != "Policy":
                    found[node.name] = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
    return found


for _module in _declared().values():
    importlib.import_module(_module)

RULES = [rule for policy in REGISTRY.values() for rule in rules_of(policy).values()]


LOADERS = {"group_policy": "group", "policy_of": "store", "per_store": "store"}


def _loaded() -> dict[str, set[str]]:
    """For whom the code loads each policy: the group, a store, or both in different places."""
    found: dict[str, set[str]] = {}
    for path in sorted(path for room in PRODUCT for path in (REPOSITORY / room).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOADERS):
                continue
            name = ast.unparse(node.args[0]).rsplit(".", 1)[-1]
            if name.endswith("Policy"):
                found.setdefault(name, set()).add(LOADERS[node.func.id])
    return found


def test_a_rule_has_a_value_per_store_exactly_where_the_code_asks_for_a_store():
    """Otherwise the settings page offers a store a value that nothing reads, or hides one that is read."""
    loaded = _loaded()
    assert loaded.keys() == {policy.__name__ for policy in REGISTRY.values()}
    for policy in REGISTRY.values():
        declared = {"group" if rule.is_group_only else "store" for rule in rules_of(policy).values()}
        asked = loaded[policy.__name__]
        assert asked <= declared, policy
        assert ("store" in asked) == ("store" in declared), policy


def test_every_policy_of_the_rooms_is_registered():
    assert {policy.__name__ for policy in REGISTRY.values()} == set(_declared())


def test_what_serves_the_console_knows_every_policy():
    program = "from app.wiring import wire; wire(); from crm_core.policies.declaring import REGISTRY; print(*REGISTRY)"
    told = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert set(told.stdout.split()) == set(REGISTRY)


def test_a_rule_that_can_be_set_is_asked_for_somewhere():
    """A policy that nothing reads would be a setting without effect."""
    sources = [path.read_text("utf-8") for room in PRODUCT for path in (REPOSITORY / room).rglob("*.py")]

    def is_read(field: str) -> bool:
        asked = re.compile(rf"(?<!self)\.{field}\b|as_json\(\"{field}\"\)")
        return any(asked.search(source) for source in sources)

    assert [f"{rule.policy.key}.{rule.field}" for rule in RULES if not is_read(rule.field)] == []


def test_what_a_page_tells_of_a_rule_names_one_that_there_is():
    """`told('{complaints.answer_within_hours}内响应')`; a name that is none would leave the sentence out for ever."""
    pages = (REPOSITORY / "console/web/src").rglob("*.vue")
    sentences = [said for page in pages for said in re.findall(r"told\(\s*'([^']*)'", page.read_text("utf-8"))]
    said = {name for sentence in sentences for name in re.findall(r"\{([\w.]+)\}", sentence)}
    assert said
    assert said - {f"{rule.policy.key}.{rule.field}" for rule in RULES} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.policy.key}.{rule.field}")
def test_a_rule_has_a_name_a_unit_bounds_and_a_source_and_its_default_lies_within(rule):
    terms = rule.terms
    assert any("一" <= letter <= "鿿" for letter in terms.name)
    assert isinstance(terms.unit, Unit)
    assert terms.least < terms.most
    assert terms.source
    assert read(rule, keep(rule.default)) == rule.default
    assert tell(rule, rule.default)


def test_names_are_not_taken_twice_within_a_policy_and_defaults_fit_each_other():
    for policy in REGISTRY.values():
        names = [rule.terms.name for rule in rules_of(policy).values()]
        assert len(set(names)) == len(names), policy
        assert any("一" <= letter <= "鿿" for letter in policy.title)
        assert policy().conflict() == ""


def test_nothing_but_the_room_of_policies_goes_by_the_defaults():
    made = set()
    for package in PRODUCT:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or node.args or node.keywords:
                    continue
                name = node.func
                called = name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""
                if called.endswith("Policy"):
                    made.add(str(path.relative_to(REPOSITORY)))
    assert made == set()
