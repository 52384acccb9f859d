from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.customers.phone import PhoneInvalid, must_reverify, parse_mobile


@pytest.mark.parametrize(
    "text", ["13800138000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００", " 138 0013 8000 "]
)
def test_a_mobile_is_read_in_any_spelling(text):
    assert parse_mobile(text) == "13800138000"


@pytest.mark.parametrize("text", ["12800138000", "1380013800", "138001380001", "0755-12345678", "", "１3８abc"])
def test_what_is_not_a_mobile_is_refused_without_repeating_it(text):
    with pytest.raises(PhoneInvalid) as refusal:
        parse_mobile(text)
    assert not text or text not in str(refusal.value)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_read_number_reads_as_itself(number):
    assert parse_mobile(parse_mobile(number)) == number


def test_a_number_silent_for_a_year_must_be_verified_again():
    assert must_reverify(date(2025, 11, 21), today=date(2026, 11, 21))
    assert not must_reverify(date(2025, 11, 22), today=date(2026, 11, 21))
