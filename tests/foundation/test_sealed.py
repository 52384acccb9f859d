"""A sealed text is accepted only if we made it, and only for its purpose."""

import pytest

from foundation.sealed import opened, seal
from foundation.settings import Settings


def test_a_seal_gives_back_its_number_whatever_case_it_was_typed_in(settings: Settings):
    text = seal("coupon", 2**40 + 5)
    assert (len(text), text.isalnum(), text.isupper()) == (32, True, True)
    assert opened("coupon", text) == opened("coupon", text.lower()) == 2**40 + 5


@pytest.mark.parametrize("text", ["", "A", "雨伞", "A" * 32, "0" * 32, "A" * 31 + "=", "\x00" * 32])
def test_what_we_did_not_write_is_nothing(settings: Settings, text: str):
    assert opened("coupon", text) is None


def test_a_seal_for_one_purpose_opens_nothing_else_and_no_other_number(settings: Settings):
    text = seal("coupon", 5)
    assert opened("share", text) is None
    assert opened("coupon", seal("coupon", 6)[:13] + text[13:]) is None
