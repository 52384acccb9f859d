"""Who gets the pieces that are on their way, and by when; without a database."""

from datetime import datetime, timedelta

import pytest

from crm_core.parts.purchases.rules import (
    PURCHASE_MOVES,
    Coming,
    PurchaseState,
    Waiting,
    arrival,
    covered_at,
    expected_times,
    left_over,
    to_hold,
)
from foundation.errors import IllegalMove
from foundation.moves import next_state
from tests import factories as make

NOON, TOMORROW = make.slot(12), make.slot(12) + timedelta(days=1)
SOON = Coming(1, NOON, 2)
LATER = Coming(2, TOMORROW, 3)
UNSAID = Coming(3, None, 5)


def _times(*quantities: int, lying: int = 0) -> list[datetime | None]:
    waiting = [Waiting(number, quantity) for number, quantity in enumerate(quantities)]
    return list(expected_times(waiting, [UNSAID, LATER, SOON], lying).values())


def test_who_was_promised_first_has_the_first_pieces_and_waits_for_the_delivery_that_brings_the_last_of_theirs():
    assert _times(1, 1, 1) == [NOON, NOON, TOMORROW]
    assert _times(1, 2, 2) == [NOON, TOMORROW, TOMORROW]


def test_nobody_is_told_a_time_the_supplier_has_not_said_or_that_nothing_ordered_reaches():
    assert _times(5, 1) == [TOMORROW, None]
    assert _times(5, 6) == [TOMORROW, None]


def test_pieces_too_few_for_a_job_count_for_it_with_the_first_that_come():
    assert _times(3, lying=1) == [NOON]


def test_bookings_get_what_the_workshop_leaves_and_of_it_what_comes_last_but_in_time():
    left = left_over(1, [LATER, SOON])
    assert left == [Coming(1, NOON, 1), LATER]
    assert covered_at(2, left) == TOMORROW
    assert covered_at(5, left) is None
    assert to_hold(2, left, TOMORROW + timedelta(hours=1)) == [(2, 2)]
    assert to_hold(2, left, TOMORROW) == [(1, 1)], "a part that comes when the slot begins comes too late"
    assert to_hold(4, left, TOMORROW + timedelta(hours=1)) == [(2, 3), (1, 1)]


def test_an_order_is_there_when_every_line_is():
    assert arrival([(2, 2), (1, 1)]) == "arrive"
    assert arrival([(2, 2), (1, 0)]) == "arrive_partly"


@pytest.mark.parametrize("state", [PurchaseState.ARRIVED, PurchaseState.CANCELLED])
@pytest.mark.parametrize("action", ["order", "arrive", "expect", "cancel", "edit"])
def test_what_is_over_does_not_move(state: PurchaseState, action: str):
    with pytest.raises(IllegalMove):
        next_state(PURCHASE_MOVES, state, action)


def test_what_partly_came_can_be_expected_anew_and_the_rest_be_cancelled():
    assert next_state(PURCHASE_MOVES, PurchaseState.PARTLY_ARRIVED, "expect") is PurchaseState.PARTLY_ARRIVED
    assert next_state(PURCHASE_MOVES, PurchaseState.PARTLY_ARRIVED, "cancel") is PurchaseState.CANCELLED
