"""Who may book what a stock take found."""

import pytest

from crm_core.parts.counting.rules import Difference, StockTakePolicy, may_book, needs_another

POLICY = StockTakePolicy()


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([], False),
        ([Difference(0, None)], False),
        ([Difference(-1, 100_00)], False),
        ([Difference(-2, 100_01)], True),
        ([Difference(2, 10), Difference(-2, 10)], True),
        ([Difference(1, None)], True),
    ],
)
def test_gains_and_losses_add_up_and_unknown_costs_are_looked_at(differences: list[Difference], expected: bool):
    assert needs_another(differences, POLICY) is expected


def test_a_large_difference_is_booked_by_somebody_who_may_approve_and_did_not_count():
    assert may_book(1, {1, 2}, is_large=False, may_approve=False)
    assert not may_book(1, {1, 2}, is_large=True, may_approve=True)
    assert not may_book(3, {1, 2}, is_large=True, may_approve=False)
    assert may_book(3, {1, 2}, is_large=True, may_approve=True)
