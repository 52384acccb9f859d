"""Code that nothing calls is removed, not kept for later; vulture finds it.

Tests do not count as callers. Fields are not looked at: schemas and tables are read by name. A function that only waits
for its caller stands here with its reason, and leaves the list when it is called or removed.
"""

import pytest
from vulture import Vulture

from app.embedded.state import REPOSITORY

SOURCES = [
    "app", "benchmarks", "bot", "campaigns", "console", "crm_core", "foundation", "integrations", "miniprogram_api",
    "partner_api",
    "scheduler", "scripts", "simulator",
]  # fmt: skip
KINDS = {"class", "function", "import", "method", "property", "unreachable_code"}
REGISTERED = [
    "@*.command*", "@*.delete", "@*.get", "@*.on*", "@*.post", "@*.put", "@*field_validator*", "@*job*",
    "@*model_validator*", "@button*", "@condition", "@exportable*", "@findable*", "@listens", "@mass_channel",
    "@route*", "@tells_of*", "@way_out",
]  # fmt: skip
"""Decorators that register a function with a caller."""
CALLED_BY_LIBRARIES = {
    "connection_lost", "connection_made", "data_received", "footer", "log_message", "_request", "InputContainer",
    "DataclassInstance", "NamesPeople", "_in_transaction",
}  # fmt: skip
"""Methods of a base class elsewhere or for one here, names in quoted types."""
WAITING = {
    "the clients speak their platforms whole and are proven against the stand-in": {
        "api_addresses", "check_text", "generate_url_link",
        "get_unlimited_code", "get_user", "list_of", "send_markdown", "send_textcard",
        "upload_image",
    },
    "tests ask whether a history is whole": {"replay"},
    "rules of the trade that sales orders and imports will ask": {
        "OdometerFell", "is_pure_electric",
        "labour_fee_fen", "mask_id_card", "must_reverify",
        "price_goods", "price_presale", "salutation",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def unused() -> dict[str, str]:
    """Name and place of everything that is never mentioned."""
    finder = Vulture(ignore_names=["Meta", "__*__"], ignore_decorators=REGISTERED)
    finder.scavenge([str(REPOSITORY / source) for source in SOURCES], exclude=["*/node_modules/*", "*/dist/*"])
    found = [item for item in finder.get_unused_code(min_confidence=60) if item.typ in KINDS]
    tables = [item for item in found if item.typ == "class" and item.filename.name == "models.py"]
    return {
        item.name: f"{item.filename.relative_to(REPOSITORY)}:{item.first_lineno} {item.typ} {item.name}"
        for item in found
        if item not in tables
    }


def test_nothing_is_kept_that_nobody_calls(unused: dict[str, str]):
    expected = CALLED_BY_LIBRARIES.union(*WAITING.values())
    assert [place for name, place in unused.items() if name not in expected] == []


def test_what_is_called_by_now_waits_no_longer(unused: dict[str, str]):
    assert CALLED_BY_LIBRARIES.union(*WAITING.values()) - set(unused) == set()
