"""What becomes of a transfer, and what is decided about its pieces."""

import pytest

from crm_core.parts.transfers.rules import TRANSFER_MOVES, PartTransferState, is_acceptable, needs_reason
from foundation.errors import IllegalMove
from foundation.moves import next_state


@pytest.mark.parametrize(
    ("pairs", "may"),
    [([(3, 3)], True), ([(3, 1), (2, 0)], True), ([(3, 4)], False), ([(3, 0), (2, 0)], False), ([], False)],
)
def test_a_store_gives_no_more_than_was_asked_for_and_something_at_all(pairs, may):
    assert is_acceptable(pairs) is may


def test_only_a_difference_needs_a_reason():
    assert (needs_reason(3, 3), needs_reason(3, 2), needs_reason(3, 4)) == (False, True, True)


@pytest.mark.parametrize("action", ["cancel", "refuse", "agree"])
def test_what_is_on_its_way_is_counted_and_not_called_off(action):
    with pytest.raises(IllegalMove):
        next_state(TRANSFER_MOVES, PartTransferState.SENT, action)
