"""What a scan gun or a keyboard gives is told apart from other codes without a database."""

import pytest

from crm_core.coupons.showing_rules import Typed, is_payment_code, read


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("wdqABC", Typed(sealed="ABC")),
        (" WDQ AB-C\n", Typed(sealed="ABC")),
        ("1234 567-890", Typed(number="1234567890")),
        ("123456789", None),
        ("１２３４５６７８９０", None),
        ("https://weixin.qq.com/q/x", None),
        ("", None),
    ],
)
def test_a_code_is_read_in_any_spelling(text: str, typed: Typed | None):
    assert read(text) == typed


@pytest.mark.parametrize(
    ("text", "is_one"), [("134512345678901234", True), ("28 1234567890123456", True), ("1234567890", False)]
)
def test_a_payment_code_is_known_by_its_beginning_and_length(text: str, is_one: bool):
    assert is_payment_code(text) is is_one
