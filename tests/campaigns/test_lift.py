import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.lift import (
    Group,
    ReturnCost,
    against_new_customer,
    conclusion,
    cost_per_return,
    cost_sentence,
    difference_sentence,
    measure_lift,
    points,
    smallest_difference_sentence,
    smallest_visible_difference,
    wilson_interval,
)

PLANNED = Group(15_428, 247)
CONTROL = Group(812, 4)


def test_the_published_example_of_newcombe():
    # Newcombe 1998, table II, case (a): 56/70 against 48/80, method 10.
    lift = measure_lift(Group(70, 56), Group(80, 48))
    assert lift is not None
    assert (round(lift.low, 4), round(lift.high, 4)) == (0.0524, 0.3339)


def test_the_campaign_of_the_screens_is_told_with_its_doubt():
    lift = measure_lift(PLANNED, CONTROL)
    assert lift is not None
    assert difference_sentence(lift) == "差值 +1.1 个百分点，95% 可能在 +0.3 到 +1.5 之间"
    assert conclusion(lift) == "有效。约多来 171 人（49 到 228 人）"
    cost = cost_per_return(4_040_820, lift)
    assert cost is not None
    assert cost_sentence(cost) == "每多来 1 人 236 元（178 到 821 元）"
    cheap = cost_per_return(600, lift)
    assert cheap is not None
    assert cost_sentence(cheap) == "每多来 1 人 0.04 元（0.03 到 0.12 元）"


def test_a_small_control_group_says_beforehand_what_it_cannot_see():
    difference = smallest_visible_difference(15_428, 812, expected_rate=0.005)
    assert difference is not None
    assert smallest_difference_sentence(812, difference) == "对照组 812 人：到店率差小于 0.7 个百分点就看不出来"
    larger = smallest_visible_difference(14_616, 1_624, expected_rate=0.005)
    assert larger is not None
    assert points(larger) == "+0.5 个百分点"


def test_an_interval_across_zero_claims_nothing():
    lift = measure_lift(Group(1_000, 12), Group(1_000, 10))
    assert lift is not None
    assert not lift.is_visible
    assert conclusion(lift) == "还看不出效果，需要更多人或更久"
    cost = cost_per_return(100_000, lift)
    assert cost is not None
    assert cost.high_fen is None
    assert cost_sentence(cost).endswith("元起，上限不明）")


def test_harm_is_told_as_harm():
    lift = measure_lift(Group(10_000, 50), Group(10_000, 300))
    assert lift is not None
    assert conclusion(lift).startswith("反而少来。约少来 250 人（")
    assert cost_per_return(1, lift) is None
    assert points(-0.002) == "−0.2 个百分点"


def test_without_a_control_group_nothing_is_said():
    assert measure_lift(PLANNED, Group(0, 0)) is None
    assert smallest_visible_difference(100, 0, 0.01) is None
    assert wilson_interval(Group(0, 0)) == (0.0, 1.0)


def test_impossible_numbers_are_a_mistake():
    with pytest.raises(ValueError):
        Group(10, 11)
    with pytest.raises(ValueError):
        smallest_visible_difference(1, 1, 1.5)


# Two numbers drawn side by side: one drawn from another is slow enough to be called unhealthy under load.
groups = st.builds(
    lambda people, came: Group(people, came % (people + 1)), st.integers(1, 20_000), st.integers(0, 20_000)
)


@given(groups, groups)
def test_the_estimate_lies_inside_its_interval_and_the_interval_inside_what_is_possible(planned, control):
    lift = measure_lift(planned, control)
    assert lift is not None
    assert -1 - 1e-9 <= lift.low <= lift.difference <= lift.high <= 1 + 1e-9


@given(groups, groups)
def test_swapping_the_groups_turns_the_interval_around(planned, control):
    lift, turned = measure_lift(planned, control), measure_lift(control, planned)
    assert lift is not None
    assert turned is not None
    assert lift.low == pytest.approx(-turned.high)
    assert lift.high == pytest.approx(-turned.low)


def test_the_cost_of_a_return_is_compared_with_that_of_a_new_customer():
    sure, unsure = ReturnCost(236_00, 178_00, 821_00), ReturnCost(236_00, 178_00, None)
    said = "对比：新客获取成本 5,000 元，这里约是它的 4.7%"
    assert against_new_customer(sure, 5_000_00) == said
    assert against_new_customer(unsure, 5_000_00) == f"{said}，但上限还可能超过它"
    assert against_new_customer(sure, 821_00).endswith("上限还可能超过它")
