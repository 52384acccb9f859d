import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.spelling.phone import KEPT_FORM, LONGEST, PhoneInvalid, country_of, parse_phone, vouched_phone

UNSEEN = "\u202d\u202c\u200e\u200b\ufeff\u2060\u3164"
BETWEEN = " -\u00a0\u3000\u2010\u2011\u2013\u2014\u2212\uff0d()（）·." + UNSEEN


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "+86 138-0013-8000",
        "008613800138000",
        "8613800138000",
        "(+86)13800138000",
        "（＋８６）１３８－００１３－８０００",
        "１３８００１３８０００",
        " 138 0013 8000 ",
        "\u202d138 0013 8000\u202c",
        "\u200e+86 138‑0013—8000",
        "138−0013–8000",
        "138.0013.8000",
        "٠٠٨٦١٣٨٠٠١٣٨٠٠٠",
        "'13800138000",
        "“13800138000”",
        "138⁃0013⁃8000",
        "138─0013─8000",
    ],
)
def test_a_mainland_mobile_is_read_in_any_spelling(text):
    assert parse_phone(text) == "13800138000"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("+852 5123 4567", "+85251234567"),
        ("00852-5123-4567", "+85251234567"),
        ("＋853 6612 3456", "+85366123456"),
        ("+886 0912 345 678", "+886912345678"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("+49 151 12345678", "+4915112345678"),
        ("+44 (0)20 7031 3000", "+442070313000"),
    ],
)
def test_a_number_from_elsewhere_is_kept_with_its_country(text, kept):
    assert parse_phone(text) == kept


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("12800138000", "11 位"),
        ("1380013800", "11 位"),
        ("138001380001", "11 位"),
        ("0755-12345678", "座机"),
        ("0755-51234567", "座机"),
        ("（010）5123 4567", "座机"),
        ("+86 755 5123 4567", "座机"),
        ("+49 1511 2345678/12", "分机"),
        ("+1 415 555 2671 ext. 9", "分机"),
        ("13800138000转8001", "分机"),
        ("13800138000＃1", "分机"),
        ("51234567", "+852"),
        ("+86 138 0013 800", "+86"),
        ("+852 512", "+852"),
        ("+999 12345678", "国家或地区代码"),
        ("１３8abc", "不是数字"),
        ("", "请填写"),
        ("\u200b", "请填写"),
    ],
)
def test_what_is_not_a_phone_is_refused_in_words_without_repeating_it(text, word):
    with pytest.raises(PhoneInvalid, match=word.replace("+", r"\+")) as refusal:
        parse_phone(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize(
    ("country", "number", "kept"),
    [
        ("86", "13800138000", "13800138000"),
        ("852", "51234567", "+85251234567"),
        ("853", "66123456", "+85366123456"),
        ("886", "0912345678", "+886912345678"),
        ("1", "4155552671", "+14155552671"),
        ("49", "15112345678", "+4915112345678"),
        ("+65", "8123 4567", "+6581234567"),
    ],
)
def test_what_a_platform_vouches_for_keeps_its_country(country, number, kept):
    assert vouched_phone(country, number) == kept


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.data())
def test_a_number_reads_the_same_whatever_stands_between_its_digits(number, data):
    typed = "".join(digit + data.draw(st.text(BETWEEN, max_size=2)) for digit in number)
    assert parse_phone(data.draw(st.text(UNSEEN + " ", max_size=2)) + typed) == number
    assert parse_phone(parse_phone(typed)) == number


@given(st.integers(1, 999), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_country_but_86_ever_makes_a_mainland_number(country, number):
    try:
        kept = vouched_phone(str(country), number)
    except PhoneInvalid:
        return
    assert kept.startswith("+") is (country != 86)
    assert country_of(kept).removeprefix("+") == ("" if country == 86 else country_of(kept)[1:])
    assert len(kept) <= LONGEST


@given(st.text(max_size=30) | st.from_regex(r"[+0-9()-]{5,20}", fullmatch=True))
def test_no_text_breaks_the_reading_and_what_is_read_reads_as_itself(text):
    with contextlib.suppress(PhoneInvalid):
        kept = parse_phone(text)
        assert parse_phone(kept) == kept
        assert re.match(KEPT_FORM, kept)
        assert not kept.startswith("+86")
