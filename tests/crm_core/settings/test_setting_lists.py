"""A row that contradicts itself is refused with a sentence."""

import importlib

import pytest

from crm_core.settings.declaring import REGISTRY
from crm_core.settings.kinds import Values

HOURS: Values = {
    "opens_minute": 510,
    "last_slot_minute": 1050,
    "closes_minute": 1080,
    "latitude": None,
    "longitude": None,
}


@pytest.mark.parametrize(
    ("key", "values", "sentence"),
    [
        ("stores", HOURS, ""),
        ("stores", {**HOURS, "latitude": "22.5"}, "经度和纬度要一起填"),
        ("stores", {**HOURS, "opens_minute": 515}, "整点或半点"),
        ("stores", {**HOURS, "last_slot_minute": 1080}, "要按先后"),
        ("store-exceptions", {"opens_minute": None, "closes_minute": None}, ""),
        ("store-exceptions", {"opens_minute": 510, "closes_minute": None}, "要一起填"),
        ("store-exceptions", {"opens_minute": 600, "closes_minute": 540}, "开门要早于关门"),
        ("bay-closures", {"first_on": "2026-05-02", "last_on": "2026-05-01"}, "不能早于"),
        ("absences", {"first_on": "2026-05-01", "last_on": "2026-05-01"}, ""),
        ("shifts", {"starts_minute": 600, "ends_minute": 600}, "上班要早于下班"),
    ],
)
def test_a_row_fits_together(key: str, values: Values, sentence: str) -> None:
    for module in ("crm_core.settings.setting_lists", "crm_core.settings.rota.setting_lists"):
        importlib.import_module(module)
    conflict = REGISTRY[key].conflict
    assert conflict is not None
    assert sentence in conflict(values)
    assert bool(sentence) == bool(conflict(values))
