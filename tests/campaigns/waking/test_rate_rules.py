"""How measured rates order paths and owners: certainly better goes first, and too little data changes nothing."""

from decimal import Decimal

import pytest

from campaigns.lift import Group
from campaigns.waking.rate_rules import NOTHING_MEASURED, Rates, in_order, ranked
from campaigns.waking.rules import Choice, Path
from crm_core.customers.dormancy import Dormancy

CHOICES = [Choice(Path.MASS, "群发"), Choice(Path.SMS, "短信"), Choice(Path.CALL, "电话")]
D = Dormancy.DORMANT


def _rates(least: int = 30, **counted: tuple[int, int]) -> Rates:
    return Rates({(Path(path), D): Group(*pair) for path, pair in counted.items()}, least)


@pytest.mark.parametrize(
    ("rates", "order"),
    [
        (NOTHING_MEASURED, [Path.MASS, Path.SMS, Path.CALL]),
        (_rates(MASS=(200, 10), SMS=(200, 60)), [Path.SMS, Path.MASS, Path.CALL]),
        (_rates(MASS=(200, 20), SMS=(200, 26)), [Path.MASS, Path.SMS, Path.CALL]),
        (_rates(MASS=(200, 10), SMS=(29, 29)), [Path.MASS, Path.SMS, Path.CALL]),
        (_rates(MASS=(200, 10), SMS=(200, 60), CALL=(200, 150)), [Path.CALL, Path.SMS, Path.MASS]),
        (_rates(SMS=(200, 10), CALL=(200, 150)), [Path.MASS, Path.CALL, Path.SMS]),
    ],
)
def test_a_path_goes_first_only_if_it_is_certainly_better(rates: Rates, order: list[Path]):
    assert [choice.path for choice in in_order(CHOICES, D, rates)] == order


def test_a_path_that_went_first_says_over_which():
    first = in_order(CHOICES, D, _rates(MASS=(200, 10), SMS=(200, 60)))[0]
    assert first.why == "短信；有反应的明显比企微群发多，先用"


def test_whoever_is_called_first_stays_so():
    choices = [CHOICES[2], *CHOICES[:2]]
    rates = _rates(MASS=(200, 10), SMS=(200, 100), CALL=(200, 10))
    assert [one.path for one in in_order(choices, D, rates, first=Path.CALL)] == [Path.CALL, Path.SMS, Path.MASS]


def test_who_sleeps_as_deep_counts_before_all():
    counted = {(Path.MASS, D): Group(40, 20), (Path.MASS, Dormancy.DEEP): Group(60, 0)}
    rates = Rates(counted, 30)
    same, all_of_them = rates.of(Path.MASS, D), rates.of(Path.MASS, Dormancy.LAPSED)
    assert same is not None
    assert all_of_them is not None
    assert (same.group, all_of_them.group) == (Group(40, 20), Group(100, 20))
    assert rates.words(Path.MASS, D) == "近一年40 人里 20 人有反应，50%（大致 35%–65%）"


def test_a_store_with_enough_data_has_its_own_rate_and_another_the_group_s():
    group = {(Path.MASS, D): Group(400, 40), (Path.SMS, D): Group(400, 40)}
    own = {(Path.MASS, D): Group(100, 5), (Path.SMS, D): Group(100, 50)}
    rates = Rates(group, 30, {1: own, 2: {(Path.SMS, D): Group(12, 6)}})
    assert [one.path for one in in_order(CHOICES, D, rates.at(1))][:2] == [Path.SMS, Path.MASS]
    assert [one.path for one in in_order(CHOICES, D, rates.at(2))][:2] == [Path.MASS, Path.SMS]
    assert rates.at(1).words(Path.SMS, D) == "本店近一年100 人里 50 人有反应，50%（大致 40%–60%）"
    assert rates.at(2).words(Path.SMS, D) == (
        "本店才试过 12 人，满 30 人前按集团的算：近一年400 人里 40 人有反应，10%（大致 7%–13%）"
    )
    assert rates.at(3).words(Path.CALL, D) == "数据还不够（试过 0 人，满 30 人才算）"
    assert ranked(Decimal("4.2"), Path.SMS, D, rates.at(1)).why.startswith("价值 4.2 × 本店这种方式至少有反应的 40%")


def test_own_and_group_rates_are_never_compared_with_each_other():
    group = {(Path.MASS, D): Group(400, 40), (Path.SMS, D): Group(400, 44)}
    rates = Rates(group, 30, {1: {(Path.SMS, D): Group(100, 60)}})
    assert [one.path for one in in_order(CHOICES, D, rates.at(1))][:2] == [Path.MASS, Path.SMS]


def test_too_little_data_says_so():
    rates = _rates(MASS=(12, 3))
    assert rates.of(Path.MASS, D) is None
    assert rates.words(Path.MASS, D) == "数据还不够（试过 12 人，满 30 人才算）"
    assert ranked(Decimal("4.2"), Path.MASS, D, rates).rank == Decimal("4.2")
    assert "数据还不够" in ranked(Decimal("4.2"), Path.MASS, D, rates).why


def test_the_rank_is_value_times_what_is_sure():
    rates = _rates(MASS=(200, 60))
    found = ranked(Decimal("4.0"), Path.MASS, D, rates)
    assert found.rank == Decimal("0.963")
    assert found.why == "价值 4.0 × 这种方式至少有反应的 24%，排序分 0.963"
    assert ranked(Decimal("4.0"), Path.ASK, D, rates).rank == found.rank, "by all paths together"
