"""Bounds of a part's stock fit together, and a part does not stand in for itself."""

import importlib

from crm_core.settings.declaring import REGISTRY


def test_the_upper_bound_is_not_below_the_lower() -> None:
    importlib.import_module("crm_core.parts.replenishing.setting_lists")
    conflict = REGISTRY["part-minimums"].conflict
    assert conflict is not None
    assert conflict({"minimum": 3, "maximum": 3}) == ""
    assert "不能比最低库存少" in conflict({"minimum": 3, "maximum": 2})


def test_a_part_does_not_replace_itself() -> None:
    importlib.import_module("crm_core.parts.replenishing.setting_lists")
    conflict = REGISTRY["part-alternatives"].conflict
    assert conflict is not None
    assert conflict({"part_id": 1, "other_id": 2}) == ""
    assert "自己" in conflict({"part_id": 1, "other_id": 1})
