from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.money import (
    MAX_AMOUNT_FEN,
    MoneyUnreadable,
    format_yuan,
    in_capitals,
    parse_yuan,
    round_half_up,
    spread,
)


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [(178200, "1,782.00"), (0, "0.00"), (5, "0.05"), (-10000, "−100.00"), (123456789, "1,234,567.89")],
)
def test_yuan_are_written_with_two_decimals(amount_fen, text):
    assert format_yuan(amount_fen) == text


@pytest.mark.parametrize(
    ("text", "amount_fen"),
    [
        ("1,299.5", 129950),
        ("5万", 5_000_000),
        ("1.25万元", 1_250_000),
        ("¥ 88", 8800),
        ("１２．５０", 1250),
        ("0", 0),
        ("1000000000", MAX_AMOUNT_FEN),
    ],
)
def test_yuan_are_read_as_people_type_them(text, amount_fen):
    assert parse_yuan(text) == amount_fen


@pytest.mark.parametrize("text", ["", "1.234", "-5", "12,34", "1,299.", "五万", "1.2345678万", "1000000000.01", "1e3"])
def test_what_is_not_an_amount_is_refused(text):
    with pytest.raises(MoneyUnreadable):
        parse_yuan(text)


@given(st.integers(0, MAX_AMOUNT_FEN))
def test_what_is_written_can_be_read_back(amount_fen):
    assert parse_yuan(format_yuan(amount_fen)) == amount_fen


def test_halves_round_up():
    assert [round_half_up(Decimal(text)) for text in ("0.5", "1.5", "2.4999", "-0.5")] == [1, 2, 2, -1]


def test_a_discount_of_100_yuan_is_spread_like_the_bill_in_the_trade_example():
    assert spread(10000, [16000, 48000, 12000, 12000]) == [1818, 5454, 1364, 1364]


def test_a_tie_goes_to_the_earlier_line():
    assert spread(1, [1, 1, 1]) == [1, 0, 0]
    assert spread(2, [1, 1, 1]) == [1, 1, 0]


def test_nothing_can_carry_a_sum_when_all_weights_are_zero():
    assert spread(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError):
        spread(1, [0, 0])
    with pytest.raises(ValueError):
        spread(-1, [1])


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any), st.data())
def test_shares_add_up_and_no_line_turns_negative(weights, data):
    total_fen = data.draw(st.integers(0, sum(weights)))
    shares = spread(total_fen, weights)
    assert sum(shares) == total_fen
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@pytest.mark.parametrize(
    ("amount_fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10_00, "壹拾元整"),
        (10_50, "壹拾元零伍角整"),
        (1_409_50, "壹仟肆佰零玖元伍角整"),
        (6_007_14, "陆仟零柒元壹角肆分"),
        (1_680_32, "壹仟陆佰捌拾元零叁角贰分"),
        (107_000_53, "壹拾万柒仟元零伍角叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (100_005_00, "壹拾万零伍元整"),
        (10_050_000_30, "壹仟零伍万元零叁角整"),
        (105_000_000_00, "壹亿零伍佰万元整"),
        (100_007_000_00, "壹亿零柒仟元整"),
        (1_000_000_000_01, "壹拾亿元零壹分"),
        (-50, "负伍角整"),
    ],
)
def test_a_sum_in_capitals_follows_the_rules_for_vouchers(amount_fen: int, words: str):
    assert in_capitals(amount_fen) == f"人民币{words}"


@given(st.integers(0, 10**11))
def test_capitals_can_be_read_back(amount_fen: int):
    digits = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1_000}
    total = section = digit = 0
    for word in in_capitals(amount_fen).removeprefix("人民币").removesuffix("整"):
        if word in digits:
            digit = digits[word]
        elif word in places:
            section, digit = section + digit * places[word], 0
        elif word in ("万", "亿"):
            scale = 10_000 if word == "万" else 10**8
            total, section, digit = total + (section + digit) * scale, 0, 0
        elif word == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        else:
            total, digit = total + digit * (10 if word == "角" else 1), 0
    assert total == amount_fen
