"""Another part costs no more than its owner allowed."""

import pytest

from crm_core.repair_orders.replacing_rules import is_within_yes


@pytest.mark.parametrize(("new_fen", "may"), [(100_00, True), (99_99, True), (0, True), (100_01, False), (-1, False)])
def test_without_a_new_yes_a_price_only_goes_down(new_fen, may):
    assert is_within_yes(100_00, new_fen) is may
