"""A welcome is worded by what the code is for, and out of hours by when somebody answers."""

import pytest

from campaigns.contact_ways.greeting_rules import Greeting, variant_of
from crm_core.wording.catalogue import catalogue


@pytest.mark.parametrize(
    ("greeting", "has_coupon", "is_open", "variant"),
    [
        (Greeting.USUAL, True, True, "coupon"),
        (Greeting.USUAL, False, True, "plain"),
        (Greeting.SHOW, True, True, "show_coupon"),
        (Greeting.SERVICE, False, True, "service_plain"),
        (Greeting.SHOW, True, False, "closed_coupon"),
        (Greeting.USUAL, False, False, "closed_plain"),
    ],
)
def test_the_words_follow_the_code_and_the_hour(greeting, has_coupon, is_open, variant) -> None:
    assert variant_of(greeting, has_coupon=has_coupon, is_open=is_open) == variant


def test_each_turn_has_its_words() -> None:
    turns = {
        variant_of(greeting, has_coupon=gift, is_open=is_open)
        for greeting in Greeting
        for gift in (True, False)
        for is_open in (True, False)
    }
    assert turns == set(catalogue().message("welcome").meta.variants)
