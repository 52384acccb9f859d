"""State machines as one readable table: state → {action: next state}.

Anything that is not in the table is illegal. The table says what can happen to a thing, never who may do it: that is
asked of the permission table (`crm_core/dealerships/permissions.py`) by the verb, before it moves anything.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, TypeVar

from foundation.errors import IllegalMove

State = TypeVar("State", bound=StrEnum)
Moves: TypeAlias = Mapping[State, Mapping[str, State]]


def allowed_actions(moves: Moves[State], state: State) -> list[str]:
    """What can happen next from `state`."""
    return list(moves.get(state, {}))


def next_state(moves: Moves[State], state: State, action: str) -> State:
    """Where `action` leads.

    Raises:
        IllegalMove: the table has no such step; details name the current state and what can happen instead.
    """
    target = moves.get(state, {}).get(action)
    if target is None:
        raise IllegalMove(current_state=state.value, allowed=allowed_actions(moves, state))
    return target
