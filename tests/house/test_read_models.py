"""What still crosses the house as a dict or is copied by the names of fields: never more of it.

Whoever converts a room lowers the number; whoever adds one is shown `foundation/reading.py`.
"""

from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("crm_core", "campaigns", "console", "miniprogram_api", "partner_api")
LEFT = {"dict[str, Any]": 11, ".model_fields": 1}


def sources() -> list[Path]:
    """Modules of the rooms; what a table's constraint says stands in its `models`, where it must not change."""
    found = [file for room in ROOMS for file in (HOUSE / room).rglob("*.py") if "node_modules" not in file.parts]
    return [file for file in found if file.name != "models.py"]


def counted() -> dict[str, int]:
    """How often each old way is gone."""
    texts = [file.read_text() for file in sources()]
    return {
        "dict[str, Any]": sum(text.count("dict[str, Any]") for text in texts),
        ".model_fields": sum(text.count(".model_fields") for text in texts),
    }


@pytest.mark.parametrize("what", LEFT)
def test_the_old_ways_only_become_fewer(what: str) -> None:
    now = counted()[what]
    assert now <= LEFT[what], "use a read model (docs/architecture.md, two styles of data access)"
    assert now == LEFT[what], f"well done: put LEFT[{what!r}] down to {now}, so that it stays"
