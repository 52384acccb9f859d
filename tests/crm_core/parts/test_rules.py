"""Which way a part request may go, and who may send it there."""

from itertools import product

import pytest

from crm_core.parts.rules import OPEN_REQUESTS, REQUEST_MOVES, RequestState
from foundation.errors import IllegalMove
from foundation.moves import next_state

LEGAL = {
    ("REQUESTED", "reserve"): "RESERVED",
    ("REQUESTED", "back_order"): "BACKORDERED",
    ("REQUESTED", "cancel"): "CANCELLED",
    ("BACKORDERED", "back_order"): "BACKORDERED",
    ("BACKORDERED", "arrive"): "ARRIVED",
    ("BACKORDERED", "cancel"): "CANCELLED",
    ("ARRIVED", "reserve"): "RESERVED",
    ("ARRIVED", "cancel"): "CANCELLED",
    ("RESERVED", "issue"): "ISSUED",
    ("RESERVED", "back_order"): "BACKORDERED",
    ("RESERVED", "cancel"): "CANCELLED",
    ("ISSUED", "use"): "USED",
    ("ISSUED", "take_back"): "RETURNED",
}
"""The whole table, stated a second time: what goes out comes back or is used."""
ACTIONS = sorted({action for _, action in LEGAL})


@pytest.mark.parametrize(("state", "action"), list(product(RequestState, ACTIONS)))
def test_a_request_goes_only_where_the_trade_lets_it(state: RequestState, action: str):
    if (state.value, action) in LEGAL:
        assert next_state(REQUEST_MOVES, state, action) == LEGAL[state.value, action]
    else:
        with pytest.raises(IllegalMove):
            next_state(REQUEST_MOVES, state, action)


def test_what_was_handed_out_used_or_given_up_is_no_longer_wanted():
    assert {state.value for state in set(RequestState) - set(OPEN_REQUESTS)} == {
        "ISSUED",
        "USED",
        "RETURNED",
        "CANCELLED",
    }
