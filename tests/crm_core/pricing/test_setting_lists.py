"""The days of a price fit together."""

import importlib

from crm_core.settings.declaring import REGISTRY


def test_a_price_ends_after_it_begins_and_may_have_neither_day() -> None:
    importlib.import_module("crm_core.pricing.setting_lists")
    conflict = REGISTRY["item-prices"].conflict
    assert conflict is not None
    assert conflict({"valid_from": None, "valid_until": None}) == ""
    assert conflict({"valid_from": "2026-05-01", "valid_until": None}) == ""
    assert "不能早于" in conflict({"valid_from": "2026-05-02", "valid_until": "2026-05-01"})
