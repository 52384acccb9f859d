"""Rules are pure: what they decide depends on what they are given and on nothing else."""

import sys

import grimp
import pytest

ROOMS = ("crm_core", "campaigns")
REACHES_OUT = {"asyncio", "http", "socket", "sqlite3", "subprocess", "urllib"}
ALLOWED = frozenset({*sys.stdlib_module_names, "orjson"} - REACHES_OUT)
"""What may stand below a rule: of the standard library what reaches no network; JSON in and out of memory."""


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
