from enum import StrEnum

import pytest

from foundation.errors import IllegalMove, NotAllowed
from foundation.moves import Moves, allowed_actions, next_state


class Door(StrEnum):
    OPEN = "OPEN"
    SHUT = "SHUT"


MOVES: Moves[Door] = {Door.OPEN: {"shut": (Door.SHUT, {"SA"})}, Door.SHUT: {"open": (Door.OPEN, {"SA", "OWN"})}}


def test_a_listed_step_leads_on():
    assert next_state(MOVES, Door.SHUT, "open", "OWN") is Door.OPEN


def test_a_step_that_is_not_listed_names_the_state_and_what_is_allowed():
    with pytest.raises(IllegalMove) as refusal:
        next_state(MOVES, Door.OPEN, "open", "SA")
    assert refusal.value.details == {"current_state": "OPEN", "allowed": ["shut"]}


def test_a_step_of_another_role_is_not_allowed():
    with pytest.raises(NotAllowed):
        next_state(MOVES, Door.OPEN, "shut", "OWN")
    assert allowed_actions(MOVES, Door.OPEN, "OWN") == []
