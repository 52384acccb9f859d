"""When an export needs approval, and what a cell may hold."""

import pytest

from crm_core.exports.rules import harmless, needs_approval


def test_a_screenful_is_free_and_one_row_more_is_not():
    assert not needs_approval(100)
    assert needs_approval(101)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(text: str):
    assert harmless(text) == f"'{text}"
    assert harmless("张伟") == "张伟"
