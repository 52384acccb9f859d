from enum import StrEnum

import pytest

from foundation.errors import IllegalMove
from foundation.moves import Moves, next_state


class Door(StrEnum):
    OPEN = "OPEN"
    SHUT = "SHUT"


MOVES: Moves[Door] = {Door.OPEN: {"shut": Door.SHUT}, Door.SHUT: {"open": Door.OPEN}}


def test_a_listed_step_leads_on():
    assert next_state(MOVES, Door.SHUT, "open") is Door.OPEN


def test_a_step_that_is_not_listed_names_the_state_and_what_is_allowed():
    with pytest.raises(IllegalMove) as refusal:
        next_state(MOVES, Door.OPEN, "open")
    assert refusal.value.details == {"current_state": "OPEN", "allowed": ["shut"]}
