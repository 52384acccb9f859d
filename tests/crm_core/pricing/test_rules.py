from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.pricing.rules import (
    PRICE_RULES,
    DepositGrowth,
    LabourRate,
    OutOfStock,
    PresaleOffer,
    PresaleReading,
    ThresholdCount,
    labour_fee_fen,
    price_goods,
    price_presale,
)

RULES = PRICE_RULES


@pytest.mark.parametrize(
    ("hours", "rate", "complexity", "fee_fen"),
    [
        ("1.0", LabourRate(24_000), "1", 24_000),
        ("1.2", LabourRate(24_000), "1", 28_800),
        ("0.2", LabourRate(24_000), "1", 4_800),
        ("1", LabourRate(3_800, unit_minutes=5), "1", 45_600),
        ("0.7", LabourRate(10_000, unit_minutes=15), "1.15", 32_200),
        ("0.333", LabourRate(24_001), "1", 7_992),
        ("0", LabourRate(24_000), "1", 0),
    ],
)
def test_labour_is_quota_times_rate_times_complexity(hours, rate, complexity, fee_fen):
    assert labour_fee_fen(Decimal(hours), rate, Decimal(complexity)) == fee_fen


def test_labour_is_never_negative():
    with pytest.raises(ValueError):
        labour_fee_fen(Decimal(-1), LabourRate(24_000))


@pytest.mark.parametrize(
    ("unit_fen", "quantity", "after_rate_fen", "answer_fen"),
    [
        (400_000, 1, 360_000, 360_000),
        (555_500, 1, 499_950, 499_950),
        (555_600, 1, 500_040, 480_040),
        (555_556, 1, 500_000, 480_000),
        (599_900, 1, 539_910, 519_910),
        (599_900, 2, 1_019_830, 969_830),
        (588_200, 2, 999_940, 979_940),
        (588_300, 2, 1_000_110, 950_110),
        (1_200_000, 1, 1_080_000, 1_030_000),
        (399_900, 3, 1_019_745, 969_745),
    ],
)
def test_quantity_comes_before_threshold(unit_fen, quantity, after_rate_fen, answer_fen):
    price = price_goods(unit_fen, quantity, available=10, rules=RULES)
    assert [step.output_fen for step in price.trail] == [after_rate_fen, answer_fen]
    assert price.total_fen == answer_fen


def test_without_stock_there_is_no_price():
    with pytest.raises(OutOfStock) as refusal:
        price_goods(599_900, 2, available=1, rules=RULES)
    assert refusal.value.details == {"available": 1}


def test_the_trail_names_rule_version_and_order():
    trail = price_goods(599_900, 2, available=2, rules=RULES).trail
    assert [(step.order, step.rule_id, step.version) for step in trail] == [
        (1, "quantity_rate", 1),
        (2, "threshold", 1),
    ]
    assert trail[0].words == "买 2 件付 85%"
    assert trail[1].words == "满 10,000.00 减 500.00"


@given(st.integers(0, 10**9), st.integers(1, 100))
def test_a_price_is_never_negative_nor_above_the_list_and_its_trail_is_unbroken(unit_fen, quantity):
    price = price_goods(unit_fen, quantity, available=quantity, rules=RULES)
    assert 0 <= price.total_fen <= price.list_fen
    assert price.trail[0].input_fen == price.list_fen
    assert price.trail[0].output_fen == price.trail[1].input_fen
    assert price.trail[-1].output_fen == price.total_fen


@given(st.integers(0, 10**9), st.integers(1, 100))
def test_stock_beyond_the_wish_changes_nothing(unit_fen, quantity):
    assert price_goods(unit_fen, quantity, quantity, RULES) == price_goods(unit_fen, quantity, 10**6, RULES)


OFFER = PresaleOffer(179_900, 159_900, 10_000, 5_000, 30_000, 4_000, 5_000)


@pytest.mark.parametrize(
    ("reading", "saved", "pay"),
    [
        (PresaleReading(), 440, 1_359),
        (PresaleReading(buys_add_on=False), 390, 1_409),
        (PresaleReading(growth=DepositGrowth.GROWS_BY_TWO), 540, 1_259),
        (PresaleReading(threshold=ThresholdCount.EVERY_ON_PRESALE), 600, 1_199),
        (PresaleReading(threshold=ThresholdCount.EVERY_ON_RUNNING), 560, 1_239),
        (
            PresaleReading(growth=DepositGrowth.GROWS_BY_TWO, threshold=ThresholdCount.EVERY_ON_PRESALE),
            700,
            1_099,
        ),
        (PresaleReading(saves_from_presale=True), 240, 1_359),
    ],
)
def test_a_presale_is_priced_under_a_stated_reading(reading, saved, pay):
    price = price_presale(OFFER, reading)
    assert (price.saved_fen, price.pay_fen) == (saved * 100, pay * 100)
    assert price.deposit_fen + price.balance_fen == price.pay_fen
