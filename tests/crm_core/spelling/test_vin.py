import contextlib
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.spelling.vin import (
    VinProblem,
    VinTailInvalid,
    check_digit,
    inspect_vin,
    last_six,
    model_years,
    parse_vin_tail,
    year_codes,
    year_fits_sale,
)

ALPHABET = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@pytest.mark.parametrize(
    "vin",
    [
        "LATPAB071W1005301",
        "LSVAA49J132047371",
        "1M8GDM9AXKP042788",
        "LYFAA4DE1T1000001",
        "LYFAA4DEXT1000014",
        "LYFBB6CE3T2000123",
        "LYFEC2PB7S1000777",
        "LYFJA4DE7T1000021",
        " lyfaa4de1t1000001 ",
        "ＬＹＦＡＡ４ＤＥ１Ｔ１００００01",
    ],
)
def test_a_correct_vin_passes(vin):
    check = inspect_vin(vin)
    assert check.problem is None
    assert check.sentence == ""


@pytest.mark.parametrize(
    ("vin", "problem"),
    [
        ("11111111111111111", VinProblem.DUMMY),
        ("LYFAA4DE0T1000001", VinProblem.CHECK_DIGIT),
        ("LYFAA4DE7T1000012", VinProblem.CHECK_DIGIT),
        ("LYFOA4DE1T1000001", VinProblem.CHARACTERS),
        ("LYFAA4DE1T100000", VinProblem.LENGTH),
        ("", VinProblem.LENGTH),
    ],
)
def test_a_wrong_vin_blocks_and_says_what_is_wrong_without_repeating_it(vin, problem):
    check = inspect_vin(vin)
    assert check.problem is problem
    assert check.is_blocking
    assert check.sentence
    assert not vin or vin not in check.sentence


def test_an_imported_car_with_a_wrong_check_digit_is_only_a_warning():
    check = inspect_vin("WVWZZZ1JZ3W386752")
    assert check.problem is VinProblem.CHECK_DIGIT
    assert not check.is_blocking


def test_only_a_wrong_check_digit_can_be_overridden_with_a_photo():
    assert inspect_vin("LYFAA4DE0T1000001").may_be_overridden
    assert not inspect_vin("LYFOA4DE1T1000001").may_be_overridden


@pytest.mark.parametrize(("vin", "years"), [("LYFAA4DE1T1000001", [2026, 1996]), ("LYFEC2PB7S1000777", [2025, 1995])])
def test_the_tenth_character_is_the_model_year(vin, years):
    assert model_years(vin, latest_year=2027) == years


def test_model_years_have_their_characters_within_one_round_of_thirty_years():
    assert year_codes(2024, 2026, latest_year=2027) == "RST"
    assert year_codes(2026, None, latest_year=2027) == "TV"
    assert year_codes(None, 1999, latest_year=2027) == "WX"
    assert len(set(year_codes(None, None, latest_year=2027))) == 30
    assert year_codes(2030, 2040, latest_year=2027) == ""


def test_the_model_year_must_lie_near_the_sale():
    assert year_fits_sale("LYFEC2PB7S1000777", date(2026, 3, 1))
    assert year_fits_sale("LYFEC2PB7S1000777", date(2023, 12, 1))
    assert not year_fits_sale("LYFEC2PB7S1000777", date(2028, 1, 1))
    assert not year_fits_sale("LYFEC2PB7S1000777", date(2022, 1, 1))


def test_the_last_six_bind_a_car():
    assert last_six("LYFAA4DE1T1000001") == "000001"


@given(st.text(ALPHABET, min_size=17, max_size=17).filter(lambda vin: len(set(vin)) > 1))
def test_the_computed_check_digit_always_passes(vin):
    fixed = vin[:8] + check_digit(vin) + vin[9:]
    assert inspect_vin(fixed).problem is None


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(vin, position, digit):
    vin = "L" + vin[1:8] + check_digit(vin := "L" + vin[1:]) + vin[9:]
    if position == 8 or not vin[position].isdigit() or vin[position] == digit:
        return
    assert inspect_vin(vin[:position] + digit + vin[position + 1 :]).is_blocking


@given(st.text(max_size=30))
def test_no_text_breaks_the_check(text):
    inspect_vin(text)


@given(st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=6, max_size=6), st.data())
def test_the_end_of_a_vin_reads_the_same_however_it_is_typed(tail, data):
    between = st.text(" -\u3000\u2013\u200b", max_size=2)
    look_alike = tail.replace("0", data.draw(st.sampled_from("0Oo"))).replace("1", data.draw(st.sampled_from("1Ii")))
    typed = "".join(c + data.draw(between) for c in data.draw(st.sampled_from([look_alike, look_alike.lower()])))
    assert parse_vin_tail(typed) == tail


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_an_end(text):
    with contextlib.suppress(VinTailInvalid):
        assert re.fullmatch("[A-HJ-NPR-Z0-9]{6}", parse_vin_tail(text))
