"""Packages without a database: which are made up, and that their price is cut to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.pricing.package_rules import Package, made_up, shares

ALONE = {1: 400_00, 2: 200_00, 3: 100_00}


def _package(number: int, price_fen: int, *item_ids: int) -> Package:
    return Package(number, f"套餐{number}", price_fen, frozenset(item_ids))


@pytest.mark.parametrize(
    ("packages", "wanted", "made"),
    [
        ([_package(1, 500_00, 1, 2)], {1, 2, 3}, [1]),
        ([_package(1, 500_00, 1, 2)], {1, 3}, []),
        ([_package(1, 600_00, 1, 2)], {1, 2}, []),
        ([_package(1, 300_00, 1)], {1}, []),
        ([_package(1, 590_00, 1, 2), _package(2, 250_00, 2, 3)], {1, 2, 3}, [2]),
        ([_package(1, 550_00, 1, 2), _package(2, 550_00, 1, 2)], {1, 2}, [1]),
    ],
)
def test_a_package_counts_when_all_its_jobs_are_wanted_and_it_is_cheaper(
    packages: list[Package], wanted: set[int], made: list[int]
):
    alone = {item_id: ALONE[item_id] for item_id in wanted}
    assert [package.package_id for package in made_up(packages, alone)] == made


def test_a_job_is_part_of_one_package_only():
    both = [_package(1, 500_00, 1, 2), _package(2, 200_00, 2, 3)]
    assert [package.package_id for package in made_up(both, ALONE)] == [1]


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**7)), min_size=2, max_size=6),
    st.integers(0, 100),
)
def test_the_shares_add_up_to_the_price_and_none_is_dearer_than_alone(sums: list[tuple[int, int]], percent: int):
    price_fen = sum(map(sum, sums)) * percent // 100
    cut = shares(price_fen, sums)
    assert sum(map(sum, cut)) == price_fen
    assert all(labour <= pair[0] and parts <= pair[1] for (labour, parts), pair in zip(cut, sums, strict=True))
