"""What differs between a statement and our books, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.payments.rules import MovementKind
from crm_core.reconciliation.rules import Difference, DifferenceKind, Ours, Theirs, compare, is_agreed_fee

RATE = Decimal("0.60")


def theirs(number: str, fen: int = 100_00, *, fee: int | None = None, **more: bool) -> Theirs:
    return Theirs(MovementKind.PAYMENT, number, f"4200{number}", fen, fen * 6 if fee is None else fee, **more)


def ours(number: str, fen: int = 100_00, *, has_moved: bool = True, is_of_the_day: bool = True) -> Ours:
    return Ours(MovementKind.PAYMENT, number, fen, has_moved, is_of_the_day)


@pytest.mark.parametrize(
    ("mine", "line", "found"),
    [
        (ours("P1"), theirs("P1"), None),
        (None, theirs("P1"), DifferenceKind.NOT_HERE),
        (ours("P1"), None, DifferenceKind.NOT_THERE),
        (ours("P1", 100_01), theirs("P1"), DifferenceKind.AMOUNT),
        (ours("P1", has_moved=False), theirs("P1"), DifferenceKind.STATE),
        (ours("P1", has_moved=False), theirs("P1", has_failed=True), None),
        (ours("P1", has_moved=False), None, None),
        (ours("P1"), theirs("P1", fee=100_00 * 38), DifferenceKind.FEE),
        # It is matched by its number, though our clock has it on the next day.
        (ours("P1", is_of_the_day=False), theirs("P1"), None),
        (ours("P1", is_of_the_day=False), None, None),
    ],
)
def test_each_way_to_disagree_is_one_difference(mine, line, found):
    differences = compare([mine] if mine else [], [line] if line else [], RATE)
    assert [each.kind for each in differences] == ([found] if found else [])


def test_what_stands_on_another_days_statement_is_not_missing_on_this_one():
    assert compare([ours("P1")], [], RATE, seen_before={"P1"}) == []


def test_a_payment_and_a_refund_of_the_same_number_are_two_things():
    refund = Theirs(MovementKind.REFUND, "P1", "5000", 100_00, -60_000)
    assert compare([ours("P1")], [theirs("P1"), refund], RATE) == [
        Difference(DifferenceKind.NOT_HERE, MovementKind.REFUND, "P1", None, 100_00)
    ]


def test_a_fee_may_be_rounded_to_whole_fen_but_is_no_fen_more():
    assert is_agreed_fee(theirs("P1", 1_42, fee=1_000), RATE)  # 0.852 fen
    assert not is_agreed_fee(theirs("P1", 1_42, fee=2_000), RATE)
    kept = Theirs(MovementKind.REFUND, "R1", "5000", 100_00, 0)
    assert is_agreed_fee(kept, RATE)


NUMBERS = st.dictionaries(st.sampled_from([f"N{n}" for n in range(8)]), st.integers(1, 3), max_size=8)


@given(NUMBERS, NUMBERS)
def test_two_books_agree_exactly_if_nothing_is_found_and_every_number_is_accounted_for(here, there):
    found = compare([ours(n, fen) for n, fen in here.items()], [theirs(n, fen) for n, fen in there.items()], RATE)
    assert (found == []) == (here == there)
    only_here = {each.number for each in found if each.kind is DifferenceKind.NOT_THERE}
    only_there = {each.number for each in found if each.kind is DifferenceKind.NOT_HERE}
    other_sum = {each.number for each in found if each.kind is DifferenceKind.AMOUNT}
    assert only_here == here.keys() - there.keys()
    assert only_there == there.keys() - here.keys()
    assert other_sum == {n for n in here.keys() & there.keys() if here[n] != there[n]}
    # The difference of the two sums is exactly what the differences say.
    assert sum(there.values()) - sum(here.values()) == sum((e.theirs_fen or 0) - (e.ours_fen or 0) for e in found)
