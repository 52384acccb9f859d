"""移动平均成本, in whole fen."""

import pytest

from crm_core.parts.cost_rules import average


@pytest.mark.parametrize(
    ("on_hand", "average_fen", "quantity", "cost_fen", "expected"),
    [
        (0, None, 5, 120_00, 120_00),
        (3, None, 5, 120_00, 120_00),
        (0, 90_00, 5, 120_00, 120_00),
        (10, 100_00, 10, 120_00, 110_00),
        (2, 100, 1, 101, 100),
        (1, 100, 1, 101, 101),
        (1, 0, 3, 0, 0),
    ],
)
def test_the_average_is_weighted_by_pieces_and_half_a_fen_goes_up(
    on_hand: int, average_fen: int | None, quantity: int, cost_fen: int, expected: int
):
    assert average(on_hand, average_fen, quantity, cost_fen) == expected
