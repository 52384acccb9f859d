"""What a technician asks for is answered once, while the job is in their hands."""

import pytest

from crm_core.repair_orders.part_asks.rules import ASK_MOVES, PartAskState, may_ask
from crm_core.repair_orders.rules import IN_HAND, LineState
from foundation.errors import IllegalMove
from foundation.moves import next_state


def test_one_may_ask_while_the_job_is_in_hand():
    assert {state for state in LineState if may_ask(state)} == set(IN_HAND)


@pytest.mark.parametrize("state", [state for state in PartAskState if state is not PartAskState.ASKED])
def test_an_answer_is_final(state: PartAskState):
    for action in ASK_MOVES[PartAskState.ASKED]:
        with pytest.raises(IllegalMove):
            next_state(ASK_MOVES, state, action)
