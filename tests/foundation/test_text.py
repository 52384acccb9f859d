"""Invisible characters are removed, wherever they are typed or pasted."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.text import clean, clean_values, one_line


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b",
        "\u3164",
        "\ufeff",
        "\ue000",
        "\u2800",
        "\u115f\u1160",
        "\ufe0f",
        "\u202d\u202c",
        "\x1d",
        "\ufdd0",
        "\u3000",
        "\u180b",
        "\u2065",
        "\ufff0",
        "\U0001d159",
        "\U000e0100",
        "\U000e0fff",
    ],
)
def test_text_that_is_only_invisible_is_empty(unseen):
    assert clean(unseen) == ""
    assert clean(f"{unseen}张伟{unseen}") == "张伟"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A老王🚗", "A老王🚗"),
        ("👨\u200d👩\u200d👧 全家", "👨\u200d👩\u200d👧 全家"),
        ("张\u200d伟", "张伟"),
        ("第一行\r\n第二行\u2028第三行", "第一行\n第二行\n第三行"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("𠮷田", "𠮷田"),
        ("a\tb", "a\tb"),
    ],
)
def test_what_can_be_seen_stays(text, kept):
    assert clean(text) == kept


def test_every_text_of_a_body_is_cleaned_and_no_name_of_a_field():
    assert clean_values({"a\u200b": ["\u200b", {"b": " x\u3164"}], "n": 1}) == {"a\u200b": ["", {"b": "x"}], "n": 1}


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_leaves_something_to_see_or_nothing(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == "" or any(
        unicodedata.category(character)[0] not in "ZM"
        and unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
        for character in cleaned
    )
    assert "\n" not in one_line(text)
